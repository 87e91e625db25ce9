// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// When a span began and how long it took, for the price of one cheap read at
// each end. A span stores ticks of a monotonic clock; the drain thread turns
// them into wall-clock time later, by an anchor that it takes of both clocks
// at once. So durations never jump when the wall clock is set, and no span
// pays for two clocks.
//
//   uint64_t start = waybill::SpanTicks();
//   ...
//   waybill::ClockAnchor anchor = waybill::SystemClock().Anchor();
//   uint64_t unix_nanos = anchor.ToUnixNanos(start);
//
// Ticks are the processor's time stamp counter where the kernel itself keeps
// time by it, which it only does where the counter runs at one rate and in
// step on all cores; otherwise they are nanoseconds of CLOCK_MONOTONIC. The
// counter's rate is measured against that clock, from the first read to the
// anchor, so that it is known to some parts in a million after a millisecond
// and better with every further one.
//
// Tests inject a Clock of their own. Thread-safe.
#ifndef WAYBILL_RECORDER_CLOCK_H_
#define WAYBILL_RECORDER_CLOCK_H_

#include <time.h>

#include <atomic>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace waybill {

// One moment as both clocks saw it.
struct ClockAnchor {
  static constexpr uint64_t kOne = uint64_t{1} << 32;

  uint64_t ticks = 0;
  uint64_t unix_nanos = 0;
  uint64_t nanos_per_tick = kOne;  // with 32 binary places

  // Ticks before the anchor's count backwards from it.
  uint64_t ToUnixNanos(uint64_t at) const {
    return unix_nanos + ToNanos(at - ticks);
  }
  // Of a difference of ticks.
  uint64_t ToNanos(uint64_t difference) const {
    return static_cast<uint64_t>(
        (static_cast<__int128>(static_cast<int64_t>(difference)) *
         static_cast<__int128>(nanos_per_tick)) >>
        32);
  }
  uint64_t ToTicks(uint64_t at_unix_nanos) const {
    const __int128 difference =
        static_cast<int64_t>(at_unix_nanos - unix_nanos);
    return ticks + static_cast<uint64_t>((difference * kOne) /
                                         static_cast<__int128>(nanos_per_tick));
  }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual uint64_t Ticks() = 0;
  virtual ClockAnchor Anchor() = 0;
};

// Of SpanTicks(). Never destroyed.
Clock& SystemClock();

// CLOCK_MONOTONIC, in nanoseconds: for time-outs.
inline uint64_t MonotonicNanos() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u +
         static_cast<uint64_t>(now.tv_nsec);
}

namespace clock_internal {
enum class Source : int { kUndecided, kTimeStampCounter, kMonotonic };
extern std::atomic<Source> source;
// Decides, if that has not been done.
uint64_t SlowTicks();
}  // namespace clock_internal

// Whether SpanTicks() reads the processor's counter, as ReadCounter() does
// without asking.
inline bool SpanTicksAreCounter() {
  return clock_internal::source.load(std::memory_order_relaxed) ==
         clock_internal::Source::kTimeStampCounter;
}
inline uint64_t ReadCounter() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return 0;  // never asked: SpanTicksAreCounter() is false
#endif
}

// What SystemClock().Ticks() answers, without the virtual call.
inline uint64_t SpanTicks() {
  return __builtin_expect(SpanTicksAreCounter(), 1)
             ? ReadCounter()
             : clock_internal::SlowTicks();
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_CLOCK_H_
