// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// How other threads break off an Export() that takes its time: SpanExporter's
// StopRetrying() and Cancel(), for an exporter whose work is calls that can be
// cancelled, with pauses between them.
//
//   class Exporter : public SpanExporter {
//     ExportResult Export(const SpanBatch& batch) override {
//       do {
//         if (!control_.BeginCall([&] { context.TryCancel(); })) break;
//         ... the call ...
//         control_.EndCall();
//       } while (failed && control_.Pause(backoff));
//     }
//     void StopRetrying() override { control_.StopRetrying(); }
//     void Cancel() override { control_.Cancel(); }
//   };
//
// Thread-safe. Both requests are final. cancel_call runs on the thread that
// calls Cancel(), between BeginCall() and the end of EndCall() only, and must
// not block.
#ifndef WAYBILL_EXPORTERS_EXPORT_CONTROL_H_
#define WAYBILL_EXPORTERS_EXPORT_CONTROL_H_

#include <condition_variable>
#include <functional>

#include "absl/time/time.h"
#include "waybill/recorder/mutex.h"

namespace waybill {

class ExportControl {
 public:
  void StopRetrying();
  void Cancel();

  // False, with nothing begun, once cancelled.
  bool BeginCall(std::function<void()> cancel_call);
  void EndCall();

  // Waits. False, at once, as soon as there should be no next try.
  bool Pause(absl::Duration duration);

  bool cancelled() const;

 private:
  mutable Mutex mutex_;
  std::condition_variable changed_;
  bool stop_retrying_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  // Of the call that is going on.
  std::function<void()> cancel_call_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_EXPORT_CONTROL_H_
