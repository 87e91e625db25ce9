// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Keeps finished spans for a test to look at.
//
//   auto exporter = std::make_unique<waybill::InMemoryExporter>();
//   std::shared_ptr<waybill::FinishedSpans> spans = exporter->spans();
//   auto recorder = waybill::Recorder::Start(std::move(exporter), {});
//   ... code under test ...
//   recorder->Flush(absl::Seconds(10));
//   EXPECT_EQ(waybill::SpanTree(spans->Get()),   // span_tree.h
//             "checkout SERVER\n"
//             "  postgres.query CLIENT\n");
//
// Thread-safe. The spans outlive the exporter, which the recorder owns.
#ifndef WAYBILL_TESTING_IN_MEMORY_EXPORTER_H_
#define WAYBILL_TESTING_IN_MEMORY_EXPORTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "waybill/recorder/mutex.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

// A copy of all that a span holds. Values of attributes are written as text:
// "3", "true", "0.5", "text", "[1,2]".
struct FinishedSpan {
  using Attributes = std::map<std::string, std::string>;
  struct Event {
    std::string name;
    uint64_t unix_nanos = 0;
    Attributes attributes;
    uint32_t dropped_attributes = 0;
  };
  struct Link {
    std::string trace_id;
    std::string span_id;
    uint32_t trace_flags = 0;
    std::string trace_state;
    Attributes attributes;
    uint32_t dropped_attributes = 0;
  };

  TraceId trace_id;
  SpanId span_id;
  SpanId parent_span_id;
  bool parent_is_remote = false;
  uint8_t trace_flags = 0;
  std::string trace_state;
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  StatusCode status = StatusCode::kUnset;
  std::string status_message;
  uint64_t start_unix_nanos = 0;
  uint64_t end_unix_nanos = 0;
  Attributes attributes;
  std::vector<Event> events;
  std::vector<Link> links;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
};

class FinishedSpans {
 public:
  std::vector<FinishedSpan> Get() const;
  // Those of that name, in the order in which they ended.
  std::vector<FinishedSpan> Named(absl::string_view name) const;
  void Clear();

 private:
  friend class InMemoryExporter;

  mutable Mutex mutex_;
  std::vector<FinishedSpan> spans_ ABSL_GUARDED_BY(mutex_);
};

class InMemoryExporter final : public SpanExporter {
 public:
  InMemoryExporter() : spans_(std::make_shared<FinishedSpans>()) {}

  // Shared: a test reads them after the recorder has destroyed the exporter.
  std::shared_ptr<FinishedSpans> spans() const { return spans_; }

  ExportResult Export(const SpanBatch& batch) override;
  std::unique_ptr<SpanExporter> CloneForFork() const override {
    return std::make_unique<InMemoryExporter>();
  }
  std::string Description() const override { return "memory"; }

 private:
  const std::shared_ptr<FinishedSpans> spans_;
};

FinishedSpan CopySpan(const SpanView& view);

}  // namespace waybill

#endif  // WAYBILL_TESTING_IN_MEMORY_EXPORTER_H_
