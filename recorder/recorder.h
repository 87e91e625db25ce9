// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The flight recorder of this process: fixed memory that spans are recorded
// in, the tracer that starts them, and the thread that exports them.
//
//   waybill::RecorderOptions options;
//   options.resource.attributes = {{"service.name", "checkout"}};
//   std::unique_ptr<waybill::Recorder> recorder = waybill::Recorder::Start(
//       waybill::MakeConsoleExporter(), std::move(options));
//   waybill::Tracer::SetDefault(&recorder->tracer());
//   ...
//   recorder->Shutdown(absl::Seconds(2));
//
// Most programs use Tracing::Start() (tracing/tracing.h), which reads the
// environment and does all of this.
//
// What it promises:
//  - No span ever waits. Where the memory is used up, spans are not recorded
//    and counted.
//  - Every span is accounted for: see RecorderCounts.
//  - A shutdown ends in time even when the backend hangs. Spans that end later
//    are counted; nothing crashes, also not in static destructors.
//  - After fork() the parent goes on as before. The child starts empty: spans
//    that were open or not yet exported belong to the parent. It exports its
//    own with an exporter of its own (SpanExporter::CloneForFork) and a thread
//    that starts when its first trace ends: a child that only calls exec has
//    none.
//
// Thread-safe. Several recorders may exist at once.
#ifndef WAYBILL_RECORDER_RECORDER_H_
#define WAYBILL_RECORDER_RECORDER_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/recorder_counts.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/span_limits.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

struct RecorderOptions {
  // Of memory_bytes, for each span that is to be held at a time.
  static constexpr size_t kBytesPerSpan = 683;

  // All memory for spans. It is reserved at once and becomes resident as it is
  // first used. 8 MiB hold 12,288 spans at a time. At least 64 KiB.
  size_t memory_bytes = 8 * 1024 * 1024;

  // The longest that an ended span waits for its export, unless a trace ends.
  absl::Duration schedule_delay = absl::Seconds(5);
  // How long after the end of a local root its trace is exported.
  absl::Duration trace_delay = absl::Milliseconds(100);
  // The most spans in one Export() call.
  size_t max_batch_spans = 512;

  SpanLimits limits;
  Resource resource;
  std::unique_ptr<Sampler> sampler;  // null: ParentBased(AlwaysOn())
  Clock* clock = nullptr;            // null: the system's
  // Where the line about lost spans goes: null for stderr. It is called by the
  // drain thread.
  std::function<void(absl::string_view)> log;
  // Called by the drain thread each time that it has exported what there was;
  // may be null.
  std::function<void()> after_pass;
};

class RecorderState;  // internal

class Recorder {
 public:
  static std::unique_ptr<Recorder> Start(std::unique_ptr<SpanExporter> exporter,
                                         RecorderOptions options);

  // Shutdown(2 seconds), if there was none.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Never destroyed: it may be used after this recorder is gone, to no effect.
  Tracer& tracer();

  // False if, at the deadline, spans that ended before the call were not yet
  // exported or counted as lost.
  bool Flush(absl::Duration timeout);

  // Has the drain thread come at once. Async-signal-safe. False where it has
  // not been started, as in a forked child that has recorded nothing.
  bool WakeFromSignalHandler();

  // Exports what has ended, and stops. A second call waits for nothing and
  // gives the first one's answer. False if time ran out.
  bool Shutdown(absl::Duration timeout);

  RecorderCounts counts() const;

 private:
  explicit Recorder(std::unique_ptr<RecorderState> state);

  const std::unique_ptr<RecorderState> state_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_RECORDER_H_
