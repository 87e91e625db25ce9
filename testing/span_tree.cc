// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/span_tree.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

const char* KindText(SpanKind kind) {
  switch (kind) {
    case SpanKind::kInternal:
      return "INTERNAL";
    case SpanKind::kServer:
      return "SERVER";
    case SpanKind::kClient:
      return "CLIENT";
    case SpanKind::kProducer:
      return "PRODUCER";
    case SpanKind::kConsumer:
      return "CONSUMER";
  }
  return "UNKNOWN";
}

const char* StatusText(StatusCode status) {
  switch (status) {
    case StatusCode::kUnset:
      return "";
    case StatusCode::kOk:
      return " OK";
    case StatusCode::kError:
      return " ERROR";
  }
  return " UNKNOWN";
}

// A trace and a span in it.
using Key = std::tuple<uint64_t, uint64_t, uint64_t>;

Key KeyOf(const FinishedSpan& span, SpanId id) {
  return Key(span.trace_id.high(), span.trace_id.low(), id.value());
}

struct Tree {
  std::map<Key, std::vector<const FinishedSpan*>> children;
  std::set<const FinishedSpan*> written;
  std::string text;

  // Nothing twice, so that a cycle has an end.
  void Write(const FinishedSpan& span, size_t depth, absl::string_view remark) {
    if (!written.insert(&span).second) return;
    absl::StrAppend(&text, std::string(depth * 2, ' '), span.name, " ",
                    KindText(span.kind), StatusText(span.status), remark, "\n");
    for (const FinishedSpan* child : children[KeyOf(span, span.span_id)]) {
      Write(*child, depth + 1, "");
    }
  }
};

}  // namespace

std::string SpanTree(const std::vector<FinishedSpan>& spans) {
  Tree tree;
  std::vector<const FinishedSpan*> sorted;
  for (const FinishedSpan& span : spans) sorted.push_back(&span);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const FinishedSpan* a, const FinishedSpan* b) {
                     return a->start_unix_nanos < b->start_unix_nanos;
                   });
  for (const FinishedSpan* span : sorted) {
    tree.children[KeyOf(*span, span->span_id)];
  }
  std::vector<const FinishedSpan*> roots;
  for (const FinishedSpan* span : sorted) {
    const auto parent = tree.children.find(KeyOf(*span, span->parent_span_id));
    if (parent == tree.children.end()) {
      roots.push_back(span);
    } else {
      parent->second.push_back(span);
    }
  }
  for (const FinishedSpan* root : roots) {
    const bool elsewhere = root->parent_span_id.IsValid();
    tree.Write(*root, 0, elsewhere ? " (parent elsewhere)" : "");
  }
  for (const FinishedSpan* span : sorted) {
    tree.Write(*span, 0, " (its own ancestor)");
  }
  return tree.text;
}

}  // namespace waybill
