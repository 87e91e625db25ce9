// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/span_tree.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

using Children = std::map<uint64_t, std::vector<const FinishedSpan*>>;

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

void Write(const FinishedSpan& span, const Children& children, size_t depth,
           absl::string_view remark, std::string* out) {
  absl::StrAppend(out, std::string(depth * 2, ' '), span.name, " ",
                  KindText(span.kind), StatusText(span.status), remark, "\n");
  const auto found = children.find(span.span_id.value());
  // Deeper than any honest trace: a cycle.
  if (found == children.end() || depth > 1000) return;
  for (const FinishedSpan* child : found->second) {
    Write(*child, children, depth + 1, "", out);
  }
}

}  // namespace

std::string SpanTree(const std::vector<FinishedSpan>& spans) {
  Children children;
  std::vector<const FinishedSpan*> sorted;
  for (const FinishedSpan& span : spans) sorted.push_back(&span);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const FinishedSpan* a, const FinishedSpan* b) {
                     return a->start_unix_nanos < b->start_unix_nanos;
                   });
  for (const FinishedSpan* span : sorted) children[span->span_id.value()];
  std::vector<const FinishedSpan*> roots;
  for (const FinishedSpan* span : sorted) {
    const auto parent = children.find(span->parent_span_id.value());
    if (parent == children.end()) {
      roots.push_back(span);
    } else {
      parent->second.push_back(span);
    }
  }
  std::string out;
  for (const FinishedSpan* root : roots) {
    const bool elsewhere = root->parent_span_id.IsValid();
    Write(*root, children, 0, elsewhere ? " (parent elsewhere)" : "", &out);
  }
  return out;
}

}  // namespace waybill
