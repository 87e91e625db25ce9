// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/attribute_key.h"

#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

uint32_t TagOf(const AttributeKey& key) { return key.header() & 0xff; }
uint32_t NumberOf(const AttributeKey& key) { return key.header() >> 16; }

TEST(AttributeKeyTest, TextIsKeptAsItIs) {
  const std::string text = "cart.items";
  const AttributeKey key = text;
  EXPECT_EQ(key.text(), text);
  EXPECT_EQ(TagOf(key), AttributeKey::kText);
  EXPECT_EQ(NumberOf(key), text.size());
}

TEST(AttributeKeyTest, SaysWhichKeysNoAttributeCanHave) {
  EXPECT_EQ(TagOf(AttributeKey("")), AttributeKey::kNone);
  EXPECT_EQ(TagOf(AttributeKey(static_cast<const char*>(nullptr))),
            AttributeKey::kNone);
  const std::string longest(AttributeKey::kMaxBytes, 'k');
  EXPECT_EQ(TagOf(longest), AttributeKey::kText);
  EXPECT_EQ(TagOf(longest + "k"), AttributeKey::kNone);
}

TEST(AttributeKeyTest, InternsATextOnce) {
  const AttributeKey first = InternKey("attribute_key_test.first");
  const AttributeKey second = InternKey("attribute_key_test.second");
  const AttributeKey again = InternKey("attribute_key_test.first");
  EXPECT_EQ(TagOf(first), AttributeKey::kInterned);
  EXPECT_EQ(first.text(), "attribute_key_test.first");
  EXPECT_EQ(first.header(), again.header());
  EXPECT_NE(first.header(), second.header());
  const auto id = static_cast<uint16_t>(NumberOf(second));
  EXPECT_EQ(InternedKeyText(id), "attribute_key_test.second");
  EXPECT_EQ(InternedKeyBytes(id), second.text().size());
}

TEST(AttributeKeyTest, ThreadsThatInternTheSameTextGetTheSameId) {
  std::vector<uint32_t> headers(8);
  std::vector<std::thread> threads;
  for (uint32_t& header : headers) {
    threads.emplace_back([&header] {
      header = InternKey("attribute_key_test.threads").header();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const uint32_t header : headers) EXPECT_EQ(header, headers[0]);
}

TEST(AttributeKeyTest, LeavesTextThatCannotBeInternedAsItIs) {
  const std::string too_long(kMaxInternedKeyBytes + 1, 'k');
  EXPECT_EQ(TagOf(InternKey("caf\u00e9")), AttributeKey::kText);
  EXPECT_EQ(TagOf(InternKey("new\nline")), AttributeKey::kText);
  EXPECT_EQ(TagOf(InternKey("")), AttributeKey::kNone);
  EXPECT_EQ(TagOf(InternKeyText(too_long.c_str())), AttributeKey::kText);
}

// The last one: it fills the table for good.
TEST(AttributeKeyTest, LeavesTextAsItIsOnceTheTableIsFull) {
  std::string text;
  size_t interned = 0;
  for (size_t i = 0; i <= kMaxInternedKeys; ++i) {
    text = "attribute_key_test." + std::to_string(i);
    interned += TagOf(InternKeyText(text.c_str())) == AttributeKey::kInterned;
  }
  EXPECT_LT(interned, kMaxInternedKeys);
  EXPECT_EQ(TagOf(InternKeyText(text.c_str())), AttributeKey::kText);
  EXPECT_EQ(TagOf(InternKey("attribute_key_test.0")), AttributeKey::kInterned)
      << "those that are there are still found";
}

}  // namespace
}  // namespace waybill
