// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/grpc_carrier.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waybill {
namespace {

std::vector<std::string> ValuesOf(const CarrierReader& carrier,
                                  absl::string_view key) {
  std::vector<std::string> values;
  carrier.Get(key,
              [&](absl::string_view value) { values.emplace_back(value); });
  return values;
}

TEST(ReceivedMetadataTest, GivesAllValuesOfAKeyInTheirOrder) {
  const ReceivedMetadata::Map map = {
      {"b", "1"}, {"a", "other"}, {"b", "2"}, {"bb", "other"}, {"b", ""}};
  EXPECT_EQ(ValuesOf(ReceivedMetadata(map), "b"),
            (std::vector<std::string>{"1", "2", ""}));
  EXPECT_TRUE(ValuesOf(ReceivedMetadata(map), "c").empty());
}

TEST(ReceivedMetadataTest, KeepsBytesThatAreNoText) {
  const std::string bytes("a\0\xff", 3);
  const ReceivedMetadata::Map map = {
      {"b", grpc::string_ref(bytes.data(), bytes.size())}};
  EXPECT_EQ(ValuesOf(ReceivedMetadata(map), "b"),
            std::vector<std::string>{bytes});
}

TEST(SentMetadataTest, ReadsWhatTheApplicationPutThere) {
  SentMetadata::Map map = {{"b", "1"}, {"b", "2"}, {"c", "3"}};
  EXPECT_EQ(ValuesOf(SentMetadata(&map), "b"),
            (std::vector<std::string>{"1", "2"}));
}

TEST(SentMetadataTest, AddsAKeyAndLeavesTheOthers) {
  SentMetadata::Map map = {{"a", "1"}, {"c", "3"}};
  SentMetadata(&map).Set("b", "2");
  EXPECT_EQ(map, (SentMetadata::Map{{"a", "1"}, {"b", "2"}, {"c", "3"}}));
}

TEST(SentMetadataTest, PutsOneValueInThePlaceOfAll) {
  SentMetadata::Map map = {{"b", "1"}, {"b", "2"}, {"c", "3"}};
  SentMetadata(&map).Set("b", "new");
  EXPECT_EQ(map, (SentMetadata::Map{{"b", "new"}, {"c", "3"}}));
}

}  // namespace
}  // namespace waybill
