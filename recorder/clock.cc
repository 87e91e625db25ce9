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
#if !defined(__x86_64__)
  return false;
#endif
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

// What the counter's rate is measured from.
Reading first_reading;

class System final : public Clock {
 public:
  constexpr System() = default;
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
    if (now.nanos - first_reading.nanos < kShortestMeasure) {
      while (MonotonicNanos() - first_reading.nanos < kShortestMeasure) {
      }
      return NanosPerTick();
    }
    return static_cast<uint64_t>(
        (static_cast<unsigned __int128>(now.nanos - first_reading.nanos) *
         ClockAnchor::kOne) /
        (now.ticks - first_reading.ticks));
  }

  static constexpr uint64_t kShortestMeasure = 1'000'000;
};

// Never destroyed, and made by the compiler: a static that a function makes has
// a lock, and a child that is forked meanwhile would wait at it for ever.
union NeverDestroyed {
  constexpr NeverDestroyed() : clock() {}
  ~NeverDestroyed() {}
  System clock;
} system_clock;

}  // namespace

namespace clock_internal {

std::atomic<Source> source{Source::kUndecided};

uint64_t SlowTicks() {
  if (source.load(std::memory_order_relaxed) == Source::kMonotonic) {
    return MonotonicNanos();
  }
  source.store(KernelKeepsTimeByCounter() ? Source::kTimeStampCounter
                                          : Source::kMonotonic,
               std::memory_order_relaxed);
  first_reading = ReadBoth(CLOCK_MONOTONIC);
  return SpanTicks();
}

// As the program is loaded, while there is one thread.
[[maybe_unused]] const uint64_t decided_at_load = SpanTicks();

}  // namespace clock_internal

Clock& SystemClock() { return system_clock.clock; }

}  // namespace waybill
