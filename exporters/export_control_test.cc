// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/export_control.h"

#include <gtest/gtest.h>

#include <thread>

namespace waybill {
namespace {

TEST(ExportControlTest, APauseEndsByItselfAndAllowsARetry) {
  ExportControl control;
  EXPECT_TRUE(control.Pause(absl::Milliseconds(1)));
  EXPECT_FALSE(control.cancelled());
}

TEST(ExportControlTest, StopRetryingEndsPausesForGood) {
  ExportControl control;
  std::thread exporting([&] { EXPECT_FALSE(control.Pause(absl::Hours(1))); });
  control.StopRetrying();
  exporting.join();
  EXPECT_FALSE(control.Pause(absl::Hours(1)));
  EXPECT_FALSE(control.cancelled());
  EXPECT_TRUE(control.BeginCall([] {})) << "first tries are still wanted";
}

TEST(ExportControlTest, CancelBreaksOffTheCallThatIsGoingOn) {
  ExportControl control;
  int broken_off = 0;
  ASSERT_TRUE(control.BeginCall([&] { ++broken_off; }));
  control.Cancel();
  EXPECT_EQ(broken_off, 1);
  control.EndCall();
  EXPECT_TRUE(control.cancelled());
  EXPECT_FALSE(control.BeginCall([&] { ++broken_off; }));
  EXPECT_FALSE(control.Pause(absl::Hours(1)));
  control.Cancel();
  EXPECT_EQ(broken_off, 1) << "a call that had not begun";
}

TEST(ExportControlTest, CancelLeavesAnEndedCallAlone) {
  ExportControl control;
  int broken_off = 0;
  ASSERT_TRUE(control.BeginCall([&] { ++broken_off; }));
  control.EndCall();
  control.Cancel();
  EXPECT_EQ(broken_off, 0);
}

}  // namespace
}  // namespace waybill
