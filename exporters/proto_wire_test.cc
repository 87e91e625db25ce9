// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Compared with protobuf's own writer. What the reader makes of wrong bytes is
// in otlp_response_test.

#include "waybill/exporters/proto_wire.h"

#include <google/protobuf/io/coded_stream.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waybill {
namespace {

using ::google::protobuf::io::CodedOutputStream;

std::string Written(char* (*put)(uint64_t, char*), uint64_t value) {
  char bytes[kMaxVarintBytes];
  return std::string(bytes, put(value, bytes));
}

TEST(ProtoWireTest, WritesVarintsOfEverySizeAsProtobufDoes) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t value :
         {uint64_t{1} << bit, (uint64_t{1} << bit) - 1, ~uint64_t{0} >> bit}) {
      uint8_t theirs[kMaxVarintBytes];
      const uint8_t* const end =
          CodedOutputStream::WriteVarint64ToArray(value, theirs);
      EXPECT_EQ(Written(PutVarint, value),
                std::string(static_cast<const uint8_t*>(theirs), end));
      EXPECT_EQ(VarintSize(value), static_cast<size_t>(end - theirs)) << value;
    }
  }
}

TEST(ProtoWireTest, WritesFixedNumbersLeastSignificantByteFirst) {
  EXPECT_EQ(Written(PutLowBytes<8>, 0x0102030405060708),
            "\x08\x07\x06\x05\x04\x03\x02\x01");
  EXPECT_EQ(Written(PutLowBytes<4>, 0x0102030405060708), "\x08\x07\x06\x05");
  EXPECT_EQ(Written(PutLowBytes<2>, 0x0102030405060708), "\x08\x07");
}

TEST(ProtoWireTest, ClosesALengthWhateverGapWasLeftForIt) {
  for (const size_t gap : {1, 2, 3}) {
    for (const size_t size : {0, 1, 127, 128, 16383, 16384, 100000}) {
      std::string buffer(gap + size + 8, '\0');
      std::string message;
      for (size_t i = 0; i < size; ++i)
        message += static_cast<char>('a' + i % 7);
      buffer.replace(gap, size, message);
      char* const end = CloseLength(&buffer[0], gap, &buffer[gap + size]);
      EXPECT_EQ(std::string(&buffer[0], end),
                Written(PutVarint, size) + message)
          << gap << " for " << size;
    }
  }
}

TEST(ProtoWireTest, ReadsBackFieldsOfEachType) {
  char bytes[64];
  char* out = PutUint(1, 300, bytes);
  out = PutFixed32(2, 7, out);
  out = PutFixed64(3, ~uint64_t{0}, out);
  out = PutBytes(16, "text", out);
  out = PutBytes(536870911, "", out);  // the largest field number
  ProtoReader reader(absl::string_view(bytes, out - bytes));
  const struct {
    uint32_t field;
    WireType type;
    uint64_t number;
    const char* text;
  } expected[] = {
      {1, WireType::kVarint, 300, ""},
      {2, WireType::kFixed32, 7, ""},
      {3, WireType::kFixed64, ~uint64_t{0}, ""},
      {16, WireType::kBytes, 0, "text"},
      {536870911, WireType::kBytes, 0, ""},
  };
  for (const auto& e : expected) {
    ASSERT_TRUE(reader.Next()) << e.field;
    EXPECT_EQ(reader.field(), e.field);
    EXPECT_EQ(reader.type(), e.type);
    EXPECT_EQ(reader.number(), e.number);
    EXPECT_EQ(reader.bytes(), e.text);
  }
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(ProtoWireTest, StopsForGoodAtWhatItCannotRead) {
  ProtoReader reader(
      "\x08\x01\x12\x05"
      "abc");
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.Next());
}

}  // namespace
}  // namespace waybill
