// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The one thread that takes finished spans out of a SlotPool and gives them to
// an exporter, and the account of what became of them.
//
// It comes when a local root has ended (after a short pause, so that the spans
// around it come along and a busy server wakes it ten times a second, not at
// every call), when the pool is half full, when the schedule says so, and when
// somebody flushes. Nothing that it does is waited for on the hot path.
//
// Lifetime: a Drain is shared by its Recorder and its thread. A backend that
// hangs past the shutdown's deadline keeps the thread, and so the Drain, for
// as long as it hangs; nobody else waits for it.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_DRAIN_H_
#define WAYBILL_RECORDER_DRAIN_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/mutex.h"
#include "waybill/recorder/recorder_counts.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

// Constant after construction, so that a forked child may copy it.
struct DrainOptions {
  absl::Duration schedule_delay;
  absl::Duration trace_delay;
  size_t max_batch_spans = 0;
  Resource resource;
  Clock* clock = nullptr;
  std::function<void(absl::string_view)> log;
  std::function<void()> after_pass;  // may be null
};

class Drain : public std::enable_shared_from_this<Drain> {
 public:
  using WhenDone = std::function<void(std::weak_ptr<Drain>)>;

  // before is what the pool had counted before this drain became responsible
  // for it: Discard()'s answer. when_done is called by the thread once it has
  // no more use for the pool.
  Drain(SlotPool* pool, const SlotPool::Counts& before, uint32_t session,
        std::unique_ptr<SpanExporter> exporter,
        std::shared_ptr<const DrainOptions> options, WhenDone when_done);

  // False where the system has no thread to give.
  bool StartThread();

  // Whether, by the deadline, all that was finished before the call had been
  // exported or counted as lost.
  bool Flush(absl::Duration timeout);
  // The same, and the thread ends. Past the deadline it is left behind.
  bool Stop(absl::Duration timeout);

  RecorderCounts counts() const;
  // Called after when_done, before the pool goes on to another drain, with
  // what the pool has counted: what it counts later is not this drain's.
  void Freeze(const SlotPool::Counts& pool);

  const SpanExporter& exporter() const { return *exporter_; }

 private:
  void Run();
  void WaitForWork();
  void Pass();
  void ExportPending();
  void ExportBatch(size_t first, size_t size);
  void Report(bool last);
  RecorderCounts Left() const;
  RecorderCounts Completed(RecorderCounts counts, const SlotPool::Counts& pool,
                           bool finished) const;
  Clock& clock() const {
    return options_->clock == nullptr ? SystemClock() : *options_->clock;
  }
  bool WaitUntil(const std::function<bool()>& done, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  SlotPool* const pool_;
  const uint32_t session_;
  const std::unique_ptr<SpanExporter> exporter_;
  const std::shared_ptr<const DrainOptions> options_;
  const WhenDone when_done_;
  const SlotPool::Counts before_;

  // The drain thread's own.
  std::vector<SpanSlot*> pending_;
  std::vector<SpanView> views_;
  ClockAnchor anchor_;
  uint64_t reported_ = 0;  // lost spans that a line has told of
  uint64_t next_report_ticks_ = 0;
  std::string last_error_;
  std::string last_rejection_;

  std::atomic<uint64_t> exported_{0};
  std::atomic<uint64_t> export_failed_{0};
  std::atomic<uint64_t> rejected_{0};
  std::atomic<uint64_t> after_shutdown_{0};
  std::atomic<bool> finished_{false};

  RecorderCounts final_;  // constant from frozen_ on
  std::atomic<bool> frozen_{false};

  Mutex mutex_;
  std::condition_variable changed_;
  uint64_t flush_wanted_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t flush_done_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_DRAIN_H_
