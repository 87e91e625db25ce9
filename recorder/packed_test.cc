// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/packed.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/span_limits.h"

namespace waybill {
namespace {

using Type = AttributeValue::Type;

std::string Pack(const AttributeValue& value, uint32_t max_string_bytes) {
  std::string bytes(PackedValueSize(value, max_string_bytes), '?');
  PackValue(value, max_string_bytes, &bytes[0]);
  return bytes;
}

TEST(CutUtf8Test, CutsInFrontOfACharacter) {
  const struct {
    absl::string_view text;
    size_t max_bytes;
    absl::string_view expected;
    const char* reason;
  } kCases[] = {
      {"", 0, "", "nothing to cut"},
      {"abc", 4, "abc", "shorter than the limit"},
      {"abc", 3, "abc", "just as long as the limit"},
      {"abc", 2, "ab", "one byte a character"},
      {"abc", 0, "", "nothing fits"},
      {"a\u00e9b", 3, "a\u00e9", "two bytes that fit"},
      {"a\u00e9b", 2, "a", "not inside of two bytes"},
      {"a\u20acb", 4, "a\u20ac", "three bytes that fit"},
      {"a\u20acb", 3, "a", "not inside of three bytes"},
      {"a\u20acb", 2, "a", "not inside of three bytes, further in front"},
      {"a\U0001F4E6", 5, "a\U0001F4E6", "four bytes that fit"},
      {"a\U0001F4E6", 4, "a", "not inside of four bytes"},
      {"\U0001F4E6", 3, "", "the first one does not fit"},
      {"\x80\x80\x80", 2, "", "no character begins here"},
      {"a\xff\xff", 2, "a\xff", "not UTF-8: cut at the limit"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(CutUtf8(test.text, test.max_bytes), test.expected) << test.reason;
  }
}

TEST(CopyShortTest, CopiesEverySizeAndNotAByteMore) {
  std::string in;
  for (int i = 0; i < 100; ++i) in.push_back(static_cast<char>('0' + i % 75));
  for (size_t size = 0; size <= in.size(); ++size) {
    std::string out(in.size() + 8, '?');
    EXPECT_EQ(CopyShort(&out[0], in.data(), size), out.data() + size);
    EXPECT_EQ(out, in.substr(0, size) + std::string(out.size() - size, '?'))
        << size;
  }
}

TEST(PackedTest, ReadsBackEveryType) {
  const bool bools[] = {true, false};
  const int64_t ints[] = {-1, int64_t{1} << 40};
  const double doubles[] = {0.5, -2};
  const absl::string_view strings[] = {"one", "", "three"};
  std::string packed;
  AppendPackedAttributes({{"bool", true},
                          {"int", -5},
                          {"double", 0.25},
                          {"string", "text"},
                          {"bools", absl::MakeConstSpan(bools)},
                          {"ints", absl::MakeConstSpan(ints)},
                          {"doubles", absl::MakeConstSpan(doubles)},
                          {"strings", absl::MakeConstSpan(strings)}},
                         &packed);
  EntryReader reader(packed);
  Entry entry;
  const auto expect_next = [&](absl::string_view key, Type type) {
    ASSERT_TRUE(reader.Next(&entry)) << key;
    EXPECT_EQ(entry.header.tag, EntryTag::kAttribute);
    EXPECT_EQ(entry.key, key);
    EXPECT_EQ(entry.header.type, type) << key;
  };
  expect_next("bool", Type::kBool);
  EXPECT_EQ(ReadPacked<int64_t>(entry.value), 1);
  expect_next("int", Type::kInt);
  EXPECT_EQ(ReadPacked<int64_t>(entry.value), -5);
  expect_next("double", Type::kDouble);
  EXPECT_EQ(ReadPacked<double>(entry.value), 0.25);
  expect_next("string", Type::kString);
  EXPECT_EQ(entry.value, "text");
  expect_next("bools", Type::kBoolList);
  EXPECT_EQ(entry.value, absl::string_view("\x01\x00", 2));
  expect_next("ints", Type::kIntList);
  EXPECT_EQ(ReadPacked<int64_t>(entry.value, 8), int64_t{1} << 40);
  expect_next("doubles", Type::kDoubleList);
  EXPECT_EQ(ReadPacked<double>(entry.value, 8), -2);
  expect_next("strings", Type::kStringList);
  ASSERT_EQ(entry.value.size(), 4u + 3 + 4 + 4 + 5);
  EXPECT_EQ(ReadPacked<uint32_t>(entry.value), 3u);
  EXPECT_EQ(entry.value.substr(4, 3), "one");
  EXPECT_EQ(ReadPacked<uint32_t>(entry.value, 7), 0u);
  EXPECT_EQ(entry.value.substr(15), "three");
  EXPECT_FALSE(reader.Next(&entry));
}

TEST(PackedTest, EmptyListsHaveNoBytes) {
  EXPECT_EQ(Pack(absl::Span<const bool>(), SpanLimits::kNoLimit), "");
  EXPECT_EQ(Pack(absl::Span<const int64_t>(), SpanLimits::kNoLimit), "");
  EXPECT_EQ(Pack(absl::Span<const double>(), SpanLimits::kNoLimit), "");
  EXPECT_EQ(Pack(absl::Span<const absl::string_view>(), SpanLimits::kNoLimit),
            "");
}

TEST(PackedTest, CutsStringsAndNothingElse) {
  EXPECT_EQ(Pack("abcdef", 3), "abc");
  EXPECT_EQ(Pack("ab\u20ac", 4), "ab");
  EXPECT_EQ(Pack(7, 3).size(), 8u) << "a number is not text";
  const absl::string_view strings[] = {"abcdef", "ab"};
  EXPECT_EQ(Pack(absl::MakeConstSpan(strings), 3),
            std::string("\3\0\0\0abc\2\0\0\0ab", 13))
      << "each string of a list";
  const int64_t ints[] = {1, 2};
  EXPECT_EQ(Pack(absl::MakeConstSpan(ints), 3).size(), 16u);
}

TEST(EntryReaderTest, FindsNothingInNothing) {
  Entry entry;
  EXPECT_FALSE(EntryReader({}).Next(&entry));
}

}  // namespace
}  // namespace waybill
