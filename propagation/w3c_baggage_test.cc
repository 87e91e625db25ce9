// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/w3c_baggage.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"

namespace waybill {
namespace {

using Headers = std::multimap<std::string, std::string>;

TEST(W3cBaggageExtractTest, HandlesEveryCombinationOfHeaders) {
  const struct {
    const char* reason;
    Headers headers;
    std::string baggage;
    uint64_t invalid;
  } kCases[] = {
      {"no header", {}, "", 0},
      {"empty header", {{"baggage", ""}}, "", 0},
      {"one header", {{"baggage", "a=1;p,b=x%20y"}}, "a=1;p,b=x%20y", 0},
      {"several headers are joined in order",
       {{"baggage", "b=1"}, {"baggage", "a=2,c=3"}},
       "b=1,a=2,c=3",
       0},
      {"empty headers between others",
       {{"baggage", ""},
        {"baggage", "a=1"},
        {"baggage", " "},
        {"baggage", "b=2"}},
       "a=1,b=2",
       0},
      {"broken members are skipped, and their request counted once",
       {{"baggage", "?,a=1,x"}, {"baggage", "=,b=2"}},
       "a=1,b=2",
       1},
      {"nothing but broken members", {{"baggage", "x,y"}}, "", 1},
      {"other name", {{"correlation-context", "a=1"}}, "", 0},
  };
  W3cBaggagePropagator propagator;
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    Context context;
    ExtractCounts counts;
    propagator.Extract(MapReader(c.headers), &context, &counts);
    EXPECT_EQ(context.baggage.ToString(), c.baggage);
    EXPECT_EQ(counts.invalid_baggage, c.invalid);
    EXPECT_FALSE(context.span_context.IsValid());
  }
}

TEST(W3cBaggageExtractTest, CountsTheLimitOverAllHeaders) {
  Headers headers;
  for (int i = 0; i < 65; ++i) {
    headers.emplace("baggage", "k" + std::to_string(i) + "=v");
  }
  Context context;
  ExtractCounts counts;
  W3cBaggagePropagator().Extract(MapReader(headers), &context, &counts);
  EXPECT_EQ(context.baggage.members().size(), 64u);
  EXPECT_EQ(counts.invalid_baggage, 1u);
}

TEST(W3cBaggageExtractTest, LeavesTheContextAloneWhereThereIsNothingToUse) {
  for (const Headers& headers : {Headers(), Headers{{"baggage", "?"}}}) {
    Context context{SpanContext(TraceId(1, 2), SpanId(3), 0),
                    Baggage::Parse("a=1")};
    W3cBaggagePropagator().Extract(MapReader(headers), &context);
    EXPECT_EQ(context.baggage.ToString(), "a=1");
    EXPECT_EQ(context.span_context.span_id(), SpanId(3));
  }
}

TEST(W3cBaggageInjectTest, WritesTheMembersIntoOneHeader) {
  Headers headers = {{"baggage", "old=1"}, {"baggage", "older=1"}};
  MapWriter writer(&headers);
  W3cBaggagePropagator().Inject(
      {SpanContext(), Baggage().Set("a", "1", "p").Set("b", "x y")}, writer);
  EXPECT_EQ(headers, Headers({{"baggage", "a=1;p,b=x%20y"}}));
}

TEST(W3cBaggageInjectTest, WritesNothingForEmptyBaggage) {
  Headers headers;
  MapWriter writer(&headers);
  W3cBaggagePropagator().Inject(
      {SpanContext(TraceId(1, 2), SpanId(3), 0), Baggage()}, writer);
  EXPECT_EQ(headers, Headers());
}

TEST(W3cBaggageInjectTest, SetsNoOtherKeysThanItsFields) {
  EXPECT_EQ(W3cBaggagePropagator().Fields(),
            std::vector<std::string>({"baggage"}));
}

}  // namespace
}  // namespace waybill
