// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/ids.h"

#include <string>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(TraceIdTest, ReadsAndWritesThirtyTwoLowerCaseDigits) {
  const TraceId id = TraceId::FromHex("4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_TRUE(id.IsValid());
  EXPECT_EQ(id.high(), 0x4bf92f3577b34da6);
  EXPECT_EQ(id.low(), 0xa3ce929d0e0e4736);
  EXPECT_EQ(id.ToHex(), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceIdTest, IsInvalidForTextThatIsNotExactlyAnId) {
  const struct {
    const char* reason;
    const char* hex;
  } kCases[] = {
      {"empty", ""},
      {"all zeros is the invalid id", "00000000000000000000000000000000"},
      {"one digit short", "4bf92f3577b34da6a3ce929d0e0e473"},
      {"one digit long", "4bf92f3577b34da6a3ce929d0e0e47360"},
      {"upper case in the first half", "4Bf92f3577b34da6a3ce929d0e0e4736"},
      {"upper case in the second half", "4bf92f3577b34da6a3ce929d0e0e473A"},
      {"not a digit in the first half", "g bf92f3577b34da6a3ce929d0e0e473"},
      {"not a digit at the end", "4bf92f3577b34da6a3ce929d0e0e473-"},
      {"a UUID with dashes", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_FALSE(TraceId::FromHex(c.hex).IsValid());
    EXPECT_EQ(TraceId::FromHex(c.hex), TraceId());
  }
}

TEST(TraceIdTest, IsValidWhereEitherHalfIsNotZero) {
  EXPECT_FALSE(TraceId().IsValid());
  EXPECT_TRUE(TraceId(1, 0).IsValid());
  EXPECT_TRUE(TraceId(0, 1).IsValid());
}

TEST(TraceIdTest, WritesBytesInNetworkOrder) {
  char bytes[TraceId::kBytes];
  TraceId(0x0102030405060708, 0x090a0b0c0d0e0f10).WriteBytes(bytes);
  EXPECT_EQ(std::string(bytes, sizeof(bytes)),
            "\x01\x02\x03\x04\x05\x06\x07\x08"
            "\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
}

TEST(TraceIdTest, DiffersWhereEitherHalfDoes) {
  EXPECT_EQ(TraceId(1, 2), TraceId(1, 2));
  EXPECT_NE(TraceId(1, 2), TraceId(1, 3));
  EXPECT_NE(TraceId(1, 2), TraceId(3, 2));
  EXPECT_NE(TraceId(1, 2), TraceId(2, 1));
}

TEST(TraceIdTest, HashesAsItCompares) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {TraceId(), TraceId(0, 1), TraceId(1, 0), TraceId(1, 1)}));
}

TEST(SpanIdTest, ReadsAndWritesSixteenLowerCaseDigits) {
  const SpanId id = SpanId::FromHex("00f067aa0ba902b7");
  EXPECT_TRUE(id.IsValid());
  EXPECT_EQ(id.value(), 0x00f067aa0ba902b7);
  EXPECT_EQ(id.ToHex(), "00f067aa0ba902b7");
}

TEST(SpanIdTest, IsInvalidForTextThatIsNotExactlyAnId) {
  const struct {
    const char* reason;
    const char* hex;
  } kCases[] = {
      {"empty", ""},
      {"all zeros is the invalid id", "0000000000000000"},
      {"one digit short", "00f067aa0ba902b"},
      {"one digit long", "00f067aa0ba902b70"},
      {"upper case", "00F067aa0ba902b7"},
      {"not a digit", "00f067aa0ba902b-"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_FALSE(SpanId::FromHex(c.hex).IsValid());
    EXPECT_EQ(SpanId::FromHex(c.hex), SpanId());
  }
}

TEST(SpanIdTest, WritesBytesInNetworkOrder) {
  char bytes[SpanId::kBytes];
  SpanId(0x01020304050607f8).WriteBytes(bytes);
  EXPECT_EQ(std::string(bytes, sizeof(bytes)),
            "\x01\x02\x03\x04\x05\x06\x07\xf8");
}

TEST(SpanIdTest, HashesAsItCompares) {
  EXPECT_NE(SpanId(1), SpanId(2));
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {SpanId(), SpanId(1), SpanId(2)}));
}

}  // namespace
}  // namespace waybill
