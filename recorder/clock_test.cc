// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/clock.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

TEST(ClockAnchorTest, ConvertsBothWays) {
  const ClockAnchor anchor = {500, 1'000'000};
  const struct {
    uint64_t ticks;
    uint64_t unix_nanos;
    const char* reason;
  } kCases[] = {
      {500, 1'000'000, "the anchor itself"},
      {700, 1'000'200, "after it"},
      {0, 999'500, "before it"},
      {uint64_t{0} - 100, 999'400, "before the clock's own beginning"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(anchor.ToUnixNanos(test.ticks), test.unix_nanos) << test.reason;
    EXPECT_EQ(anchor.ToTicks(test.unix_nanos), test.ticks) << test.reason;
  }
}

TEST(SystemClockTest, TicksNeverGoBack) {
  uint64_t before = SystemClock().Ticks();
  for (int i = 0; i < 1000; ++i) {
    const uint64_t now = i % 2 == 0 ? SystemTicks() : SystemClock().Ticks();
    ASSERT_GE(now, before);
    before = now;
  }
}

TEST(SystemClockTest, AnchorsBothClocksAtOneMoment) {
  const uint64_t before = SystemTicks();
  const auto wall_before = static_cast<uint64_t>(time(nullptr)) * kSecond;
  const ClockAnchor anchor = SystemClock().Anchor();
  EXPECT_GE(anchor.ticks, before);
  EXPECT_LE(anchor.ticks, SystemTicks());
  // time() may lag behind clock_gettime() by a tick of the kernel's.
  EXPECT_GE(anchor.unix_nanos + kSecond, wall_before);
  EXPECT_LE(anchor.unix_nanos,
            (static_cast<uint64_t>(time(nullptr)) + 2) * kSecond);
}

TEST(SystemClockTest, IsOneObject) {
  EXPECT_EQ(&SystemClock(), &SystemClock());
}

}  // namespace
}  // namespace waybill
