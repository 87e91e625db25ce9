// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/clock.h"

namespace waybill {
namespace {

class System final : public Clock {
 public:
  constexpr System() = default;
  uint64_t Ticks() override { return SystemTicks(); }

  // The wall clock is read between two reads of the monotonic one, and of a
  // few tries the tightest is kept: a thread that was put aside in the middle
  // would move a whole batch of spans.
  ClockAnchor Anchor() override {
    ClockAnchor best;
    uint64_t best_gap = ~uint64_t{0};
    for (int i = 0; i < 3; ++i) {
      const uint64_t before = SystemTicks();
      timespec wall;
      clock_gettime(CLOCK_REALTIME, &wall);
      const uint64_t gap = SystemTicks() - before;
      if (gap < best_gap) {
        best_gap = gap;
        best.ticks = before + gap / 2;
        best.unix_nanos = static_cast<uint64_t>(wall.tv_sec) * 1000000000u +
                          static_cast<uint64_t>(wall.tv_nsec);
      }
    }
    return best;
  }
};

// Never destroyed, and made by the compiler: a static that a function makes has
// a lock, and a child that is forked meanwhile would wait at it for ever.
union NeverDestroyed {
  constexpr NeverDestroyed() : clock() {}
  ~NeverDestroyed() {}
  System clock;
} system_clock;

}  // namespace

Clock& SystemClock() { return system_clock.clock; }

}  // namespace waybill
