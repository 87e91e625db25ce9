// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/console_exporter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "waybill/exporters/printable.h"
#include "waybill/exporters/write_all.h"

namespace waybill {
namespace {

constexpr size_t kMaxIndent = 40;

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
  return "";
}

std::string StatusText(const SpanView& span) {
  switch (span.status()) {
    case StatusCode::kUnset:
      return "";
    case StatusCode::kOk:
      return " OK";
    case StatusCode::kError:
      break;
  }
  const absl::string_view message = span.status_message();
  return absl::StrCat(" ERROR", message.empty() ? "" : ": ",
                      Printable(message));
}

// The spans of one trace in a batch.
class Tree {
 public:
  void Add(const SpanView* span) { spans_.push_back(span); }

  void AppendTo(std::string* out) {
    absl::StrAppend(out, "trace ", spans_[0]->trace_id().ToHex(), "\n");
    std::stable_sort(spans_.begin(), spans_.end(),
                     [](const SpanView* a, const SpanView* b) {
                       return a->start_unix_nanos() < b->start_unix_nanos();
                     });
    for (const SpanView* span : spans_) children_[span->span_id()];
    std::vector<const SpanView*> roots;
    for (const SpanView* span : spans_) {
      const auto parent = children_.find(span->parent_span_id());
      (parent == children_.end() ? roots : parent->second).push_back(span);
    }
    for (const SpanView* root : roots) AppendSubtree(root, out);
  }

 private:
  // Not recursive: a trace can be as deep as the recorder has room. There are
  // no cycles: an id is made for a span that starts, after its parent's.
  void AppendSubtree(const SpanView* root, std::string* out) {
    std::vector<std::pair<const SpanView*, size_t>> left = {{root, 1}};
    while (!left.empty()) {
      const auto [span, depth] = left.back();
      left.pop_back();
      const bool is_orphan = span == root && span->parent_span_id().IsValid();
      absl::StrAppend(
          out, std::string(2 * std::min(depth, kMaxIndent), ' '),
          Printable(span->name()), " ", KindText(span->kind()),
          absl::StrFormat(" %.3f ms",
                          static_cast<double>(span->duration_nanos()) / 1e6),
          StatusText(*span), is_orphan ? " (parent elsewhere)" : "", "\n");
      const std::vector<const SpanView*>& children = children_[span->span_id()];
      for (auto it = children.rbegin(); it != children.rend(); ++it) {
        left.emplace_back(*it, depth + 1);
      }
    }
  }

  std::vector<const SpanView*> spans_;
  absl::flat_hash_map<SpanId, std::vector<const SpanView*>> children_;
};

class ConsoleExporter final : public SpanExporter {
 public:
  explicit ConsoleExporter(int descriptor) : descriptor_(descriptor) {}

  ExportResult Export(const SpanBatch& batch) override {
    std::vector<Tree> trees;  // in the order in which they are first seen
    absl::flat_hash_map<TraceId, size_t> tree_of;
    for (const SpanView& span : batch.spans) {
      const size_t tree =
          tree_of.try_emplace(span.trace_id(), trees.size()).first->second;
      if (tree == trees.size()) trees.emplace_back();
      trees[tree].Add(&span);
    }
    std::string text;
    for (Tree& tree : trees) tree.AppendTo(&text);
    size_t written = 0;
    return {WriteAll(descriptor_, text, &written)};
  }

  std::unique_ptr<SpanExporter> CloneForFork() const override {
    return MakeConsoleExporter(descriptor_);
  }
  std::string Description() const override { return "console"; }

 private:
  const int descriptor_;
};

}  // namespace

std::unique_ptr<SpanExporter> MakeConsoleExporter(int descriptor) {
  return std::make_unique<ConsoleExporter>(descriptor);
}

}  // namespace waybill
