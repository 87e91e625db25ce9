// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/from_hex.h"

#include <gtest/gtest.h>

namespace waybill {
namespace {

TEST(BytesFromHexTest, ReadsDigitsAndRefusesAllElse) {
  const struct {
    const char* reason;
    absl::string_view digits;
    absl::optional<std::string> bytes;
  } kCases[] = {
      {"nothing", "", ""},
      {"zero and the largest", "00ff", std::string("\0\xff", 2)},
      {"either case", "aBCd", "\xab\xcd"},
      {"an odd number", "abc", absl::nullopt},
      {"no digit", "0g", absl::nullopt},
      {"a prefix that a number may have", "0x", absl::nullopt},
      {"a sign", "+1", absl::nullopt},
      {"white space", " 1", absl::nullopt},
      {"past ASCII", "\xc3\xa9", absl::nullopt},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(BytesFromHex(c.digits), c.bytes) << c.reason;
  }
}

}  // namespace
}  // namespace waybill
