// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/drain.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/recorder/packed.h"

namespace waybill {
namespace {

// A loss is told of once it has gone on for a while, then once a minute, and
// at the end. A short program says one line.
constexpr uint64_t kFirstReportNanos = 10'000'000'000;
constexpr uint64_t kReportNanos = 60'000'000'000;

// What a backend says can be of any length and hold any byte.
constexpr size_t kMaxErrorBytes = 200;

// Further than any deadline reaches, and near enough not to overflow a clock.
constexpr absl::Duration kForever = absl::Hours(24 * 365);

uint64_t Nanos(absl::Duration duration) {
  return static_cast<uint64_t>(absl::ToInt64Nanoseconds(
      std::min(std::max(duration, absl::ZeroDuration()), kForever)));
}

// Signal handlers of the program must not run on a thread that it does not
// know of.
void BlockAllSignals(sigset_t* before) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, before);
}

}  // namespace

Drain::Drain(SlotPool* pool, const SlotPool::Counts& before, uint32_t session,
             std::unique_ptr<SpanExporter> exporter,
             std::shared_ptr<const DrainOptions> options, WhenDone when_done)
    : pool_(pool),
      session_(session),
      exporter_(std::move(exporter)),
      options_(std::move(options)),
      when_done_(std::move(when_done)),
      before_(before) {
  pending_.reserve(pool->capacity());
  views_.reserve(std::min(options_->max_batch_spans, pool->capacity()));
}

bool Drain::StartThread() {
  sigset_t before;
  BlockAllSignals(&before);
  bool started = true;
  try {
    std::thread([self = shared_from_this()] {
      pthread_setname_np(pthread_self(), "waybill");
      self->Run();
    }).detach();
  } catch (const std::system_error&) {
    started = false;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

void Drain::Run() {
  bool stop = false;
  while (!stop) {
    WaitForWork();
    pool_->ClearWake();
    uint64_t flush = 0;
    {
      MutexLock lock(&mutex_);
      flush = flush_wanted_;
      stop = stop_;
    }
    Pass();
    Report(stop);
    MutexLock lock(&mutex_);
    flush_done_ = flush;
    changed_.notify_all();
  }
  when_done_(weak_from_this());
  MutexLock lock(&mutex_);
  finished_.store(true);
  changed_.notify_all();
}

void Drain::WaitForWork() {
  pool_->WaitForWake(SlotPool::Wake::kSoon,
                     MonotonicNanos() + Nanos(options_->schedule_delay));
  pool_->WaitForWake(SlotPool::Wake::kNow,
                     MonotonicNanos() + Nanos(options_->trace_delay));
}

void Drain::Pass() {
  pool_->Collect(&pending_);
  if (!pending_.empty()) ExportPending();
  if (options_->after_pass != nullptr) options_->after_pass();
}

void Drain::ExportPending() {
  anchor_ = clock().Anchor();
  size_t kept = 0;
  for (SpanSlot* slot : pending_) {
    if (slot->settings->session == session_) {
      pending_[kept++] = slot;
    } else {
      // It began for an earlier recorder on the same memory.
      pool_->Release(slot);
      ++after_shutdown_;
    }
  }
  if (kept < pending_.size()) pool_->ReleasedSome();
  pending_.resize(kept);
  for (size_t first = 0; first < pending_.size();
       first += options_->max_batch_spans) {
    ExportBatch(first,
                std::min(options_->max_batch_spans, pending_.size() - first));
  }
  pending_.clear();
}

void Drain::ExportBatch(size_t first, size_t size) {
  views_.clear();
  for (size_t i = first; i < first + size; ++i) {
    views_.emplace_back(pending_[i], &anchor_);
  }
  ExportResult result =
      exporter_->Export({views_, options_->resource, counts()});
  if (result.status.ok()) {
    const uint64_t rejected = std::min<uint64_t>(result.rejected_spans, size);
    exported_ += size - rejected;
    rejected_ += rejected;
    if (rejected > 0) last_rejection_ = std::move(result.rejection);
  } else {
    export_failed_ += size;
    last_error_ = absl::Utf8SafeCHexEscape(
        CutUtf8(result.status.ToString(), kMaxErrorBytes));
  }
  for (size_t i = first; i < first + size; ++i) pool_->Release(pending_[i]);
  pool_->ReleasedSome();
}

void Drain::Report(bool last) {
  const RecorderCounts now = counts();
  if (now.dropped() == reported_) return;
  const uint64_t ticks = clock().Ticks();
  if (next_report_ticks_ == 0) next_report_ticks_ = ticks + kFirstReportNanos;
  if (!last && ticks < next_report_ticks_) return;
  std::vector<std::string> reasons;
  // How many is said once: not again where all have the same reason.
  const auto reason = [&](uint64_t count, absl::string_view text) {
    if (count == 0) return;
    const bool all = count == now.dropped();
    reasons.push_back(all ? std::string(text) : absl::StrCat(count, " ", text));
  };
  reason(now.no_room, "found the recorder full");
  reason(now.export_failed,
         absl::StrCat("could not be exported to ", exporter_->Description(),
                      ": ", last_error_));
  reason(now.rejected,
         absl::StrCat("were rejected by ", exporter_->Description(),
                      last_rejection_.empty() ? "" : ": ", last_rejection_));
  reason(now.after_shutdown, "ended after the shutdown");
  options_->log(
      absl::StrCat("waybill: ", now.dropped(), " of ", now.ended + now.no_room,
                   " spans were lost: ", absl::StrJoin(reasons, ", ")));
  reported_ = now.dropped();
  next_report_ticks_ = ticks + kReportNanos;
}

bool Drain::WaitUntil(const std::function<bool()>& done,
                      absl::Duration timeout) {
  std::unique_lock<std::mutex> lock(mutex_.native(), std::adopt_lock);
  const bool in_time =
      changed_.wait_for(lock, std::chrono::nanoseconds(Nanos(timeout)), done);
  lock.release();
  return in_time;
}

bool Drain::Flush(absl::Duration timeout) {
  uint64_t wanted = 0;
  {
    MutexLock lock(&mutex_);
    wanted = ++flush_wanted_;
  }
  pool_->WakeDrain(SlotPool::Wake::kNow);
  MutexLock lock(&mutex_);
  return WaitUntil(
      [this, wanted]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
        return flush_done_ >= wanted || finished_;
      },
      timeout);
}

bool Drain::Stop(absl::Duration timeout) {
  const auto finished = [this] { return finished_.load(); };
  {
    MutexLock lock(&mutex_);
    stop_ = true;
  }
  exporter_->StopRetrying();
  pool_->WakeDrain(SlotPool::Wake::kNow);
  {
    // The last tenth is for an export that has to be broken off.
    MutexLock lock(&mutex_);
    if (WaitUntil(finished, timeout * 0.9)) return true;
  }
  exporter_->Cancel();
  MutexLock lock(&mutex_);
  return WaitUntil(finished, timeout * 0.1);
}

RecorderCounts Drain::counts() const {
  // What leaves is read before what comes in, so that held is never negative.
  const RecorderCounts left = Left();
  const bool finished = finished_.load();
  const RecorderCounts counts = Completed(left, pool_->counts(), finished);
  // Asked last: as long as this is false, the pool counts for this drain.
  return frozen_.load(std::memory_order_acquire) ? final_ : counts;
}

void Drain::Freeze(const SlotPool::Counts& pool) {
  final_ = Completed(Left(), pool, true);
  frozen_.store(true, std::memory_order_release);
}

RecorderCounts Drain::Left() const {
  RecorderCounts counts;
  counts.exported = exported_.load();
  counts.export_failed = export_failed_.load();
  counts.rejected = rejected_.load();
  counts.after_shutdown = after_shutdown_.load();
  return counts;
}

RecorderCounts Drain::Completed(RecorderCounts counts,
                                const SlotPool::Counts& pool,
                                bool finished) const {
  counts.started = pool.taken - before_.taken;
  counts.ended = pool.finished - before_.finished;
  counts.no_room = pool.no_free_slot - before_.no_free_slot;
  counts.not_sampled = pool.not_sampled - before_.not_sampled;
  const uint64_t held = counts.ended - counts.exported - counts.export_failed -
                        counts.rejected - counts.after_shutdown;
  // Nobody comes for what ends once the thread has finished.
  (finished ? counts.after_shutdown : counts.held) += held;
  return counts;
}

}  // namespace waybill
