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

// Metadata as gRPC's core hands it over.
class UnmappedReceivedMetadataTest : public ::testing::Test {
 protected:
  ~UnmappedReceivedMetadataTest() override {
    for (grpc_metadata& item : items_) {
      grpc_slice_unref(item.key);
      grpc_slice_unref(item.value);
    }
  }
  void Add(const std::string& key, const std::string& value) {
    items_.push_back({grpc_slice_from_copied_buffer(key.data(), key.size()),
                      grpc_slice_from_copied_buffer(value.data(), value.size()),
                      {}});
  }
  std::vector<std::string> ValuesOf(absl::string_view key) {
    const grpc_metadata_array array = {items_.size(), items_.size(),
                                       items_.data()};
    return waybill::ValuesOf(UnmappedReceivedMetadata(array), key);
  }

 private:
  std::vector<grpc_metadata> items_;
};

TEST_F(UnmappedReceivedMetadataTest, GivesAllValuesOfAKeyInTheirOrder) {
  const std::string long_value(300, 'x');
  Add("b", "2");
  Add("a", "other");
  Add("b", long_value);
  Add("bb", "other");
  Add("b", "");
  EXPECT_EQ(ValuesOf("b"), (std::vector<std::string>{"2", long_value, ""}));
  EXPECT_TRUE(ValuesOf("c").empty());
}

TEST_F(UnmappedReceivedMetadataTest, KeepsBytesThatAreNoText) {
  const std::string bytes("a\0\xff", 3);
  Add("b", bytes);
  EXPECT_EQ(ValuesOf("b"), std::vector<std::string>{bytes});
}

TEST_F(UnmappedReceivedMetadataTest, MayBeEmpty) {
  EXPECT_TRUE(ValuesOf("b").empty());
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

TEST(SentMetadataTest, AFinishedCallsItemServesTheNext) {
  SentMetadata::Map first;
  SentMetadata(&first).Set("traceparent", std::string(55, 'a'));
  const void* const item = &*first.begin();
  SentMetadata(&first).KeepForNext();
  SentMetadata::Map other;
  SentMetadata(&other).Set("baggage", "b");
  SentMetadata::Map second;
  SentMetadata(&second).Set("traceparent", std::string(55, 'b'));
  EXPECT_EQ(other, (SentMetadata::Map{{"baggage", "b"}}));
  EXPECT_EQ(second, (SentMetadata::Map{{"traceparent", std::string(55, 'b')}}));
  EXPECT_EQ(&*second.begin(), item);
  SentMetadata::Map third;
  SentMetadata(&third).Set("traceparent", "c");
  EXPECT_EQ(third, (SentMetadata::Map{{"traceparent", "c"}}));
}

TEST(SentMetadataTest, ASpareIsNotPutBesideTheApplicationsMetadata) {
  SentMetadata::Map first;
  SentMetadata(&first).Set("traceparent", "a");
  SentMetadata(&first).KeepForNext();
  SentMetadata::Map second = {{"own", "1"}};
  SentMetadata(&second).Set("traceparent", "b");
  EXPECT_EQ(second, (SentMetadata::Map{{"own", "1"}, {"traceparent", "b"}}));
}

TEST(SentMetadataTest, KeepsNothingThatIsLargeOrMany) {
  SentMetadata::Map large;
  SentMetadata(&large).Set("traceparent", std::string(1000, 'a'));
  const void* const item = &*large.begin();
  SentMetadata(&large).KeepForNext();
  ASSERT_EQ(large.size(), 1u) << "it was kept";
  EXPECT_EQ(&*large.begin(), item);

  SentMetadata::Map many = {{"baggage", "b"}, {"traceparent", "a"}};
  SentMetadata(&many).KeepForNext();
  EXPECT_EQ(many.size(), 2u) << "they were kept";
}

}  // namespace
}  // namespace waybill
