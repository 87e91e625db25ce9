// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/clock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

namespace waybill {
namespace {

using clock_internal::Source;

// The kernel has watched the counters of all cores since it booted, and stops
// using them if they ever differ: better evidence than any flag of the
// processor's.
bool KernelKeepsTimeByCounter() {
  const int fd =
      open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
           O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char name[8] = {};
  const ssize_t size = read(fd, name, sizeof(name) - 1);
  close(fd);
  return size > 0 && strcmp(name, "tsc\n") == 0;
}

// Ticks beside another clock, at one moment. Of a few tries the tightest is
// kept: a thread that was put aside in the middle would move a whole batch of
// spans.
struct Reading {
  uint64_t ticks = 0;
  uint64_t nanos = 0;
};
Reading ReadBoth(clockid_t clock) {
  Reading best;
  uint64_t best_gap = ~uint64_t{0};
  for (int i = 0; i < 4; ++i) {
    const uint64_t before = SpanTicks();
    timespec now;
    clock_gettime(clock, &now);
    const uint64_t gap = SpanTicks() - before;
    if (gap >= best_gap) continue;
    best_gap = gap;
    best.ticks = before + gap / 2;
    best.nanos = static_cast<uint64_t>(now.tv_sec) * 1000000000u +
                 static_cast<uint64_t>(now.tv_nsec);
  }
  return best;
}

class System final : public Clock {
 public:
  System() : first_(ReadBoth(CLOCK_MONOTONIC)) {}

  uint64_t Ticks() override { return SpanTicks(); }

  ClockAnchor Anchor() override {
    const Reading wall = ReadBoth(CLOCK_REALTIME);
    return {wall.ticks, wall.nanos, NanosPerTick()};
  }

 private:
  uint64_t NanosPerTick() const {
    if (clock_internal::source.load(std::memory_order_relaxed) ==
        Source::kMonotonic) {
      return ClockAnchor::kOne;
    }
    const Reading now = ReadBoth(CLOCK_MONOTONIC);
    // Two reads that are too close to each other would tell nothing.
    if (now.nanos - first_.nanos < kShortestMeasure) {
      while (MonotonicNanos() - first_.nanos < kShortestMeasure) {
      }
      return NanosPerTick();
    }
    return static_cast<uint64_t>(
        (static_cast<unsigned __int128>(now.nanos - first_.nanos) *
         ClockAnchor::kOne) /
        (now.ticks - first_.ticks));
  }

  static constexpr uint64_t kShortestMeasure = 1'000'000;

  const Reading first_;
};

}  // namespace

namespace clock_internal {

std::atomic<Source> source{Source::kUndecided};

// Threads that decide at once decide the same.
Source Decide() {
  const Source decided = KernelKeepsTimeByCounter() ? Source::kTimeStampCounter
                                                    : Source::kMonotonic;
  source.store(decided, std::memory_order_relaxed);
  return decided;
}

}  // namespace clock_internal

Clock& SystemClock() {
  static System& clock = *new System;
  return clock;
}

}  // namespace waybill
