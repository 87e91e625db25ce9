// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/hex.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(ParseHexTest, ReadsUpToSixteenLowerCaseDigits) {
  const struct {
    const char* reason;
    const char* hex;
    uint64_t value;
  } kCases[] = {
      {"one digit", "7", 0x7},
      {"every decimal digit", "0123456789", 0x123456789},
      {"every letter", "abcdef", 0xabcdef},
      {"leading zeros", "000000000000000f", 0xf},
      {"all zeros", "00", 0},
      {"the largest", "ffffffffffffffff", 0xffffffffffffffff},
      {"highest bit alone", "8000000000000000", 0x8000000000000000},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    uint64_t value = 0xdead;
    EXPECT_TRUE(ParseHex(c.hex, &value));
    EXPECT_EQ(value, c.value);
  }
}

TEST(ParseHexTest, RefusesOtherTextAndLeavesValueAlone) {
  const struct {
    const char* reason;
    std::string hex;
  } kCases[] = {
      {"empty", ""},
      {"seventeen digits", "00000000000000001"},
      {"upper case", "AB"},
      {"mixed case", "aB"},
      {"just below 0", "0/"},
      {"just above 9", "0:"},
      {"just below a", "0`"},
      {"just above f", "0g"},
      {"prefix", "0x1f"},
      {"sign", "-1"},
      {"leading space", " 1"},
      {"trailing space", "1 "},
      {"bad character first", "g000000000000000"},
      {"bad character last", "000000000000000g"},
      {"zero byte", std::string("1\0", 2)},
      {"byte past ASCII", "\xff"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    uint64_t value = 0xdead;
    EXPECT_FALSE(ParseHex(c.hex, &value));
    EXPECT_EQ(value, 0xdead);
  }
}

TEST(ParseHexTest, JudgesEveryByteValue) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const bool is_digit =
        (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
    uint64_t value = 0;
    EXPECT_EQ(ParseHex(text, &value), is_digit) << byte;
    // Sixteen digits are read in another way, and each place by itself.
    for (size_t at = 0; at < 16; ++at) {
      std::string sixteen = "0123456789abcdef";
      sixteen[at] = text[0];
      uint64_t number = 0;
      ASSERT_EQ(ParseHex(sixteen, &number), is_digit) << byte << " at " << at;
      if (!is_digit) continue;
      const size_t shift = 60 - 4 * at;
      const uint64_t mask = ~(uint64_t{15} << shift);
      ASSERT_EQ(number, (0x0123456789abcdef & mask) | value << shift)
          << sixteen;
    }
  }
}

TEST(WriteHexTest, IsReadBackAsItWas) {
  uint64_t value = 1;
  for (int i = 0; i < 10000; ++i) {
    value = value * 6364136223846793005u + 1442695040888963407u;
    char out[16];
    WriteHex(value, 16, out);
    uint64_t read = 0;
    ASSERT_TRUE(ParseHex(absl::string_view(out, 16), &read)) << value;
    ASSERT_EQ(read, value);
  }
}

TEST(WriteHexTest, WritesTheLowestDigitsAndNothingElse) {
  const struct {
    const char* reason;
    uint64_t value;
    size_t digits;
    const char* written;
  } kCases[] = {
      {"no digit", 0xff, 0, "................"},
      {"padded with zeros", 0xf, 4, "000f............"},
      {"higher digits are left out", 0x1234, 2, "34.............."},
      {"full width", 0x0123456789abcdef, 16, "0123456789abcdef"},
      {"highest bit", 0x8000000000000000, 16, "8000000000000000"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    std::string out(16, '.');
    WriteHex(c.value, c.digits, &out[0]);
    EXPECT_EQ(out, c.written);
  }
}

}  // namespace
}  // namespace waybill
