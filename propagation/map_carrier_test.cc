// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/map_carrier.h"

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

struct IgnoringCase {
  bool operator()(const std::string& a, const std::string& b) const {
    return absl::AsciiStrToLower(a) < absl::AsciiStrToLower(b);
  }
};

// The shape of cpp-httplib's Headers.
using HttpHeaders = std::multimap<std::string, std::string, IgnoringCase>;

std::vector<std::string> ValuesOf(const CarrierReader& reader,
                                  absl::string_view key) {
  std::vector<std::string> values;
  reader.Get(
      key, [&values](absl::string_view value) { values.emplace_back(value); });
  return values;
}

template <typename Map>
class MapCarrierTest : public testing::Test {};

using Maps =
    testing::Types<std::map<std::string, std::string>,
                   std::map<std::string, std::string, std::less<>>,
                   std::multimap<std::string, std::string>, HttpHeaders,
                   std::unordered_map<std::string, std::string>,
                   std::unordered_multimap<std::string, std::string>,
                   absl::flat_hash_map<std::string, std::string>>;
TYPED_TEST_SUITE(MapCarrierTest, Maps);

TYPED_TEST(MapCarrierTest, ReadsWhatWasWrittenAndNothingElse) {
  TypeParam map;
  MapWriter writer(&map);
  writer.Set("traceparent", "00-...");
  writer.Set("empty", "");
  EXPECT_EQ(ValuesOf(MapReader(map), "traceparent"),
            std::vector<std::string>({"00-..."}));
  EXPECT_EQ(ValuesOf(MapReader(map), "empty"), std::vector<std::string>({""}));
  EXPECT_TRUE(ValuesOf(MapReader(map), "trace").empty());
  EXPECT_TRUE(ValuesOf(MapReader(map), "traceparent2").empty());
}

TYPED_TEST(MapCarrierTest, ReplacesWhatWasThere) {
  TypeParam map;
  map.emplace("traceparent", "old");
  map.emplace("traceparent", "older");
  map.emplace("other", "untouched");
  MapWriter writer(&map);
  writer.Set("traceparent", "new");
  EXPECT_EQ(ValuesOf(MapReader(map), "traceparent"),
            std::vector<std::string>({"new"}));
  EXPECT_EQ(ValuesOf(MapReader(map), "other"),
            std::vector<std::string>({"untouched"}));
  EXPECT_EQ(map.size(), 2u);
}

TEST(MapReaderTest, VisitsTheValuesOfAKeyInTheirOrder) {
  std::multimap<std::string, std::string> map;
  map.emplace("tracestate", "b=2");
  map.emplace("baggage", "x=1");
  map.emplace("tracestate", "a=1");
  EXPECT_EQ(ValuesOf(MapReader(map), "tracestate"),
            std::vector<std::string>({"b=2", "a=1"}));
}

TEST(MapReaderTest, IgnoresCaseWhereTheMapDoes) {
  const HttpHeaders headers = {{"TraceParent", "1"}, {"TRACESTATE", "2"}};
  EXPECT_EQ(ValuesOf(MapReader(headers), "traceparent"),
            std::vector<std::string>({"1"}));
  EXPECT_EQ(ValuesOf(MapReader(headers), "tracestate"),
            std::vector<std::string>({"2"}));
}

TEST(MapWriterTest, ReplacesAKeyInAnotherCaseWhereTheMapIgnoresIt) {
  HttpHeaders headers = {{"TraceParent", "old"}};
  MapWriter writer(&headers);
  writer.Set("traceparent", "new");
  ASSERT_EQ(headers.size(), 1u);
  EXPECT_EQ(headers.begin()->first, "traceparent");
  EXPECT_EQ(headers.begin()->second, "new");
}

// gRPC's client_metadata() is a multimap of views that are not terminated.
TEST(MapReaderTest, ReadsMapsOfViews) {
  const std::string text = "traceparent00-4bf92f";
  std::multimap<absl::string_view, absl::string_view> metadata;
  metadata.emplace(absl::string_view(text).substr(0, 11),
                   absl::string_view(text).substr(11, 3));
  EXPECT_EQ(ValuesOf(MapReader(metadata), "traceparent"),
            std::vector<std::string>({"00-"}));
}

}  // namespace
}  // namespace waybill
