// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/attribute.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

using Type = AttributeValue::Type;

enum class Color : uint8_t { kRed = 7 };

TEST(AttributeValueTest, TakesTheTypeThatALiteralReadsLike) {
  const std::string text = "text";
  const struct {
    AttributeValue value;
    Type type;
    const char* reason;
  } kCases[] = {
      {true, Type::kBool, "a bool is not a number"},
      {3, Type::kInt, "int"},
      {3u, Type::kInt, "unsigned"},
      {int64_t{3}, Type::kInt, "64 bits"},
      {size_t{3}, Type::kInt, "a size"},
      {'c', Type::kInt, "a char is a small number"},
      {Color::kRed, Type::kInt, "an enumerator is its number"},
      {0.5, Type::kDouble, "double"},
      {0.5f, Type::kDouble, "float widens"},
      {"text", Type::kString, "a literal is text and not a bool"},
      {text.c_str(), Type::kString, "a char pointer is text"},
      {text, Type::kString, "std::string"},
      {absl::string_view(text), Type::kString, "a view"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(test.value.type(), test.type) << test.reason;
  }
}

TEST(AttributeValueTest, HoldsTheValue) {
  EXPECT_TRUE(AttributeValue(true).bool_value());
  EXPECT_EQ(AttributeValue(-3).int_value(), -3);
  EXPECT_EQ(AttributeValue(Color::kRed).int_value(), 7);
  EXPECT_EQ(AttributeValue(~uint64_t{0}).int_value(), -1) << "two's complement";
  EXPECT_EQ(AttributeValue(0.25f).double_value(), 0.25);
  EXPECT_EQ(AttributeValue("text").string_value(), "text");
}

TEST(AttributeValueTest, NullTextIsEmptyText) {
  const char* null = nullptr;
  EXPECT_EQ(AttributeValue(null).type(), Type::kString);
  EXPECT_EQ(AttributeValue(null).string_value(), "");
}

TEST(AttributeValueTest, RefersToLists) {
  const std::vector<int64_t> ints = {1, 2};
  const std::vector<double> doubles = {0.5};
  const bool bools[] = {true, false, true};
  const std::vector<absl::string_view> strings = {"a", "b"};
  EXPECT_EQ(AttributeValue(absl::MakeConstSpan(ints)).int_list(), ints);
  EXPECT_EQ(AttributeValue(absl::MakeConstSpan(doubles)).double_list(),
            doubles);
  EXPECT_EQ(AttributeValue(absl::MakeConstSpan(bools)).bool_list().size(), 3);
  EXPECT_EQ(AttributeValue(absl::MakeConstSpan(strings)).string_list(),
            strings);
}

}  // namespace
}  // namespace waybill
