// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// When a span began and how long it took, for the price of one cheap read at
// each end. A span stores ticks of a monotonic clock; the drain thread turns
// them into wall-clock time later, by an anchor that it takes of both clocks
// at once. So durations never jump when the wall clock is set, and no span
// pays for two clocks.
//
//   waybill::Clock& clock = waybill::SystemClock();
//   uint64_t start = clock.Ticks();
//   ...
//   waybill::ClockAnchor anchor = clock.Anchor();
//   uint64_t unix_nanos = anchor.ToUnixNanos(start);
//
// Tests inject a Clock of their own. Thread-safe.
#ifndef WAYBILL_RECORDER_CLOCK_H_
#define WAYBILL_RECORDER_CLOCK_H_

#include <time.h>

#include <cstdint>

namespace waybill {

// One moment as both clocks saw it. Ticks are nanoseconds.
struct ClockAnchor {
  uint64_t ticks = 0;
  uint64_t unix_nanos = 0;

  uint64_t ToUnixNanos(uint64_t at) const { return unix_nanos + (at - ticks); }
  uint64_t ToTicks(uint64_t at_unix_nanos) const {
    return ticks + (at_unix_nanos - unix_nanos);
  }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual uint64_t Ticks() = 0;
  virtual ClockAnchor Anchor() = 0;
};

// CLOCK_MONOTONIC and CLOCK_REALTIME. Never destroyed.
Clock& SystemClock();

// What SystemClock().Ticks() answers, without the virtual call.
inline uint64_t SystemTicks() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000u +
         static_cast<uint64_t>(now.tv_nsec);
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_CLOCK_H_
