// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/format.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(FormatCountTest, SeparatesThousands) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
  EXPECT_EQ(FormatCount(-999), "-999");
  EXPECT_EQ(FormatCount(-1000), "-1,000");
  EXPECT_EQ(FormatCount(std::numeric_limits<int64_t>::min()),
            "-9,223,372,036,854,775,808");
}

TEST(FormatDurationTest, UsesTheUnitThatReadsWell) {
  struct Row {
    const char* reason;
    int64_t nanos;
    const char* expected;
  };
  const Row rows[] = {
      {"nothing", 0, "0 ms"},
      {"rounds to whole microseconds", 1499, "1 µs"},
      {"below a millisecond", 420 * 1000, "420 µs"},
      {"rounds up into the next unit", 999999, "1.0 ms"},
      {"one decimal below ten", 3449999, "3.4 ms"},
      {"no decimal from ten", 12345678, "12 ms"},
      {"9.96 is ten", 9960000, "10 ms"},
      {"thousands", 1200000000, "1,200 ms"},
      {"nearly a second", 999700000, "1,000 ms"},
      {"the last that is in milliseconds", 59999000000, "59,999 ms"},
      {"a minute", 60000000000, "60.0 s"},
      {"an hour", 3600000000000, "3,600 s"},
      {"backwards", -3000000, "-3.0 ms"},
      {"as short as it gets", std::numeric_limits<int64_t>::min(),
       "-9,223,372,037 s"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FormatDuration(row.nanos), row.expected) << row.reason;
  }
  EXPECT_EQ(FormatDuration(5000, /*ascii_only=*/true), "5 us");
}

TEST(FormatShareTest, IsInWholePerCent) {
  EXPECT_EQ(FormatShare(400, 1200), "33 %");
  EXPECT_EQ(FormatShare(1, 1), "100 %");
  EXPECT_EQ(FormatShare(1, 0), "0 %") << "a trace of no duration";
}

TEST(FormatPluralTest, CountsNouns) {
  EXPECT_EQ(FormatPlural(1, "span"), "1 span");
  EXPECT_EQ(FormatPlural(1000, "span"), "1,000 spans");
  EXPECT_EQ(FormatPlural(0, "span"), "0 spans");
}

}  // namespace
}  // namespace waybill
