// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the tests of this folder share: a clock that stands still, a gate to
// wait at, and an exporter that does what a test tells it to.
//
//   FakeClock clock;
//   auto exporter = std::make_unique<FunctionExporter>(
//       [](const SpanBatch& batch) { return ExportResult(); });
#ifndef WAYBILL_RECORDER_TEST_UTIL_H_
#define WAYBILL_RECORDER_TEST_UTIL_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "waybill/recorder/clock.h"
#include "waybill/recorder/mutex.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

// Stands still until it is told to move. Thread-safe.
class FakeClock final : public Clock {
 public:
  static constexpr uint64_t kUnixNanos = 1'700'000'000'000'000'000;

  uint64_t Ticks() override { return ticks_.load(); }
  ClockAnchor Anchor() override {
    const uint64_t ticks = ticks_.load();
    return {ticks, kUnixNanos + ticks};
  }
  void Advance(uint64_t nanos) { ticks_ += nanos; }

 private:
  std::atomic<uint64_t> ticks_{1000};
};

// Closed until Open(). absl::Notification does the same, but TSan cannot see
// it in an abseil that was compiled without it.
class Gate {
 public:
  void Open() {
    MutexLock lock(&mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_.native());
    changed_.wait(lock, [this] { return open_; });
  }
  // False if it was still closed at the deadline.
  bool WaitFor(std::chrono::seconds timeout) {
    std::unique_lock<std::mutex> lock(mutex_.native());
    return changed_.wait_for(lock, timeout, [this] { return open_; });
  }

 private:
  Mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;  // guarded by mutex_, through native()
};

class FunctionExporter final : public SpanExporter {
 public:
  using Function = std::function<ExportResult(const SpanBatch&)>;

  explicit FunctionExporter(Function on_export,
                            std::function<void()> on_cancel = nullptr)
      : on_export_(std::move(on_export)), on_cancel_(std::move(on_cancel)) {}

  ExportResult Export(const SpanBatch& batch) override {
    return on_export_(batch);
  }
  void Cancel() override {
    if (on_cancel_ != nullptr) on_cancel_();
  }
  // Every process has its own copy of what the functions refer to.
  std::unique_ptr<SpanExporter> CloneForFork() const override {
    return std::make_unique<FunctionExporter>(on_export_, on_cancel_);
  }
  std::string Description() const override { return "test"; }

 private:
  const Function on_export_;
  const std::function<void()> on_cancel_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_TEST_UTIL_H_
