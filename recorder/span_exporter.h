// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Where finished spans go. Implement this to send them to a backend of your
// own; ready ones are in exporters/.
//
//   class CountingExporter : public waybill::SpanExporter {
//     ExportResult Export(const SpanBatch& batch) override {
//       count_ += batch.spans.size();
//       return {};
//     }
//   };
//
// The recorder calls Export() from its one drain thread, never two at a time
// and never while an RPC waits. It may take its time and it may block, within
// its own time-out: while it does, finished spans stay in the recorder's fixed
// memory, and once that is full, new ones are dropped and counted.
#ifndef WAYBILL_RECORDER_SPAN_EXPORTER_H_
#define WAYBILL_RECORDER_SPAN_EXPORTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "waybill/recorder/recorder_counts.h"
#include "waybill/recorder/span_view.h"

namespace waybill {

// What produced the spans: this process. Source: OpenTelemetry, "Resource".
struct Resource {
  // Keys are distinct; "service.name" is among them.
  std::vector<std::pair<std::string, std::string>> attributes;
};

struct SpanBatch {
  absl::Span<const SpanView> spans;
  const Resource& resource;
  // As of now; tells the backend, with the spans, what it did not get.
  RecorderCounts counts;
};

struct ExportResult {
  // Not OK: the whole batch is lost, and counted as export_failed.
  absl::Status status;
  // Of an OK batch, how many spans the backend said it did not keep.
  uint64_t rejected_spans = 0;
};

class SpanExporter {
 public:
  virtual ~SpanExporter() = default;

  // After an error that could pass, it tries again itself before it gives up.
  virtual ExportResult Export(const SpanBatch& batch) = 0;

  // The next two are called by another thread, maybe during Export().

  // The process is about to exit: no more second tries, neither in the Export()
  // that is going on nor in later ones.
  virtual void StopRetrying() {}
  // Time is up: the Export() that is going on, and each later one, returns as
  // soon as it can.
  virtual void Cancel() {}

  // An exporter like this one for a forked child, which must not use what this
  // one has open; null where there can be none. Called in the child, while this
  // one may be frozen in the middle of an Export(): it may read only what never
  // changes.
  virtual std::unique_ptr<SpanExporter> CloneForFork() const { return nullptr; }

  // Where spans go, for messages: "OTLP/gRPC 127.0.0.1:4317".
  virtual std::string Description() const = 0;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_EXPORTER_H_
