// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/recorder.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/recorder/drain.h"
#include "waybill/recorder/mutex.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/thread_state.h"

namespace waybill {
namespace {

// One for each processor that this process may run on.
uint32_t ShardsFor(size_t bytes) {
  const uint32_t wanted = std::max(1u, std::thread::hardware_concurrency());
  const size_t slots = std::max(bytes, SlotPool::kMinBytes) / SpanSlot::kBytes;
  uint32_t shards = 1;
  // A shard of fewer than 16 slots would be empty all the time.
  while (shards < wanted && shards < 64 && slots / (shards * 2) >= 16) {
    shards *= 2;
  }
  return shards;
}

void LogToStderr(absl::string_view line) {
  const std::string text = absl::StrCat(line, "\n");
  // One write, so that lines of several threads do not mix.
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

class RecorderState {
 public:
  RecorderState(std::unique_ptr<SpanExporter> exporter,
                RecorderOptions options);
  ~RecorderState();

  Tracer& tracer() { return *tracer_; }
  std::shared_ptr<Drain> drain() const {
    MutexLock lock(&mutex_);
    return drain_;
  }
  bool Shutdown(absl::Duration timeout);
  bool WakeFromSignalHandler() { return pool_->WakeFromSignalHandler(); }

  void ResetAfterFork();

 private:
  std::shared_ptr<Drain> MakeDrain(std::unique_ptr<SpanExporter> exporter,
                                   const SlotPool::Counts& before);

  SlotPool::Counts before_;
  SlotPool* const pool_;
  const uint32_t session_;
  const std::shared_ptr<const DrainOptions> drain_options_;
  Tracer* const tracer_;

  mutable Mutex mutex_;
  std::shared_ptr<Drain> drain_ ABSL_GUARDED_BY(mutex_);
  // In a forked child. Never deleted, so that the parent's drain is not,
  // either.
  std::shared_ptr<Drain>* parents_drain_ = nullptr;
  Mutex shutdown_mutex_;
  bool shut_down_ ABSL_GUARDED_BY(shutdown_mutex_) = false;
  bool shut_down_in_time_ ABSL_GUARDED_BY(shutdown_mutex_) = false;
};

namespace {

// Starts a drain's thread when it is first wanted: in a forked child, and where
// the system had no thread to give before. Owns itself until it has succeeded,
// since the recorder may be gone by then.
class LateStart final : public SlotPool::Starter {
 public:
  LateStart(SlotPool* pool, std::shared_ptr<Drain> drain)
      : pool_(pool), drain_(std::move(drain)) {}

  void StartDrain() override {
    if (drain_->StartThread()) {
      delete this;
      return;
    }
    SlotPool* const pool = pool_;
    pool->SetStarter(this);
    pool->ClearWake();
  }

 private:
  SlotPool* const pool_;
  const std::shared_ptr<Drain> drain_;
};

// What fork() must know of, and the pools that wait for their next recorder.
// Never destroyed.
class Registry {
 public:
  static Registry& Get() {
    static Registry& registry = *new Registry;
    return registry;
  }

  // *before is what the pool counted for those who had it before. Spans that
  // are still open come along: they count as started, and as after_shutdown
  // once they have ended.
  SlotPool* TakePool(size_t bytes, SlotPool::Counts* before) {
    MutexLock lock(&mutex_);
    for (auto it = idle_.begin(); it != idle_.end(); ++it) {
      SlotPool* const pool = it->pool;
      if (pool->memory_bytes() != std::max(bytes, SlotPool::kMinBytes)) {
        continue;
      }
      *before = pool->Discard();
      if (const std::shared_ptr<Drain> last = it->last.lock()) {
        last->Freeze(*before);
      }
      before->taken = before->finished;
      idle_.erase(it);
      return pool;
    }
    auto* pool = new SlotPool(bytes, ShardsFor(bytes));
    pools_.push_back(pool);
    return pool;
  }

  void GiveBackPool(SlotPool* pool, std::weak_ptr<Drain> last) {
    MutexLock lock(&mutex_);
    idle_.push_back({pool, std::move(last)});
  }

  void Add(RecorderState* state) {
    MutexLock lock(&mutex_);
    active_.push_back(state);
    tracers_.push_back(&state->tracer());
  }

  void Remove(RecorderState* state) {
    MutexLock lock(&mutex_);
    active_.erase(std::remove(active_.begin(), active_.end(), state),
                  active_.end());
  }

 private:
  Registry() {
    pthread_atfork(
        []() ABSL_NO_THREAD_SAFETY_ANALYSIS { Get().mutex_.Lock(); },
        []() ABSL_NO_THREAD_SAFETY_ANALYSIS { Get().mutex_.Unlock(); },
        [] { Get().ResetAfterFork(); });
  }

  void ResetAfterFork() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    ThreadState::ResetAfterFork();
    for (SlotPool* pool : pools_) pool->ResetAfterFork();
    for (RecorderState* state : active_) state->ResetAfterFork();
    mutex_.Unlock();
  }

  struct IdlePool {
    SlotPool* pool;
    std::weak_ptr<Drain> last;  // whose counts go on until another takes it
  };

  Mutex mutex_;
  std::vector<SlotPool*> pools_ ABSL_GUARDED_BY(mutex_);
  std::vector<IdlePool> idle_ ABSL_GUARDED_BY(mutex_);
  std::vector<RecorderState*> active_ ABSL_GUARDED_BY(mutex_);
  // Tracers are never destroyed. That they can be found here tells a leak
  // checker that this is meant.
  std::vector<const Tracer*> tracers_ ABSL_GUARDED_BY(mutex_);
};

// Made as the program is loaded: a child that was forked while another thread
// made it would never get past it.
[[maybe_unused]] const Registry& made_at_load = Registry::Get();

}  // namespace

RecorderState::RecorderState(std::unique_ptr<SpanExporter> exporter,
                             RecorderOptions options)
    : pool_(Registry::Get().TakePool(options.memory_bytes, &before_)),
      session_(++pool_->session),
      drain_options_(std::make_shared<DrainOptions>(DrainOptions{
          options.schedule_delay, options.trace_delay,
          std::max<size_t>(options.max_batch_spans, 1),
          std::move(options.resource), options.clock,
          options.log != nullptr ? std::move(options.log) : LogToStderr,
          std::move(options.after_pass)})),
      tracer_(new Tracer(pool_, session_,
                         options.sampler != nullptr ? std::move(options.sampler)
                                                    : ParentBased(AlwaysOn()),
                         options.limits, options.clock)),
      drain_(MakeDrain(std::move(exporter), before_)) {
  if (!drain_->StartThread()) pool_->SetStarter(new LateStart(pool_, drain_));
  Registry::Get().Add(this);
}

RecorderState::~RecorderState() { Registry::Get().Remove(this); }

std::shared_ptr<Drain> RecorderState::MakeDrain(
    std::unique_ptr<SpanExporter> exporter, const SlotPool::Counts& before) {
  return std::make_shared<Drain>(
      pool_, before, session_, std::move(exporter), drain_options_,
      [pool = pool_](std::weak_ptr<Drain> last) {
        Registry::Get().GiveBackPool(pool, std::move(last));
      });
}

bool RecorderState::Shutdown(absl::Duration timeout) {
  MutexLock lock(&shutdown_mutex_);
  if (shut_down_) return shut_down_in_time_;
  shut_down_ = true;
  Tracer::ResetDefault(tracer_);
  tracer_->Disable();
  shut_down_in_time_ = drain()->Stop(timeout);
  return shut_down_in_time_;
}

// The parent's drain is left where it is: its thread is not in this process,
// and its locks may be held for ever. So may this object's own.
void RecorderState::ResetAfterFork() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  new (&mutex_) Mutex;
  new (&shutdown_mutex_) Mutex;
  parents_drain_ = new std::shared_ptr<Drain>(drain_);
  std::unique_ptr<SpanExporter> exporter =
      tracer_->enabled() ? drain_->exporter().CloneForFork() : nullptr;
  if (exporter == nullptr) {
    // Nothing to shut down: that went well.
    tracer_->Disable();
    shut_down_ = shut_down_in_time_ = true;
    drain_ = nullptr;
    return;
  }
  shut_down_ = false;
  drain_ = MakeDrain(std::move(exporter), {});
  pool_->SetStarter(new LateStart(pool_, drain_));
}

std::unique_ptr<Recorder> Recorder::Start(
    std::unique_ptr<SpanExporter> exporter, RecorderOptions options) {
  return std::unique_ptr<Recorder>(new Recorder(std::make_unique<RecorderState>(
      std::move(exporter), std::move(options))));
}

Recorder::Recorder(std::unique_ptr<RecorderState> state)
    : state_(std::move(state)) {}

Recorder::~Recorder() { Shutdown(absl::Seconds(2)); }

Tracer& Recorder::tracer() { return state_->tracer(); }

bool Recorder::Flush(absl::Duration timeout) {
  const std::shared_ptr<Drain> drain = state_->drain();
  return drain == nullptr || drain->Flush(timeout);
}

bool Recorder::WakeFromSignalHandler() {
  return state_->WakeFromSignalHandler();
}

bool Recorder::Shutdown(absl::Duration timeout) {
  return state_->Shutdown(timeout);
}

RecorderCounts Recorder::counts() const {
  const std::shared_ptr<Drain> drain = state_->drain();
  return drain == nullptr ? RecorderCounts() : drain->counts();
}

}  // namespace waybill
