// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/render_json.h"

#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using Json = nlohmann::json;

Json Render(const TraceBuilder& trace, bool both = false) {
  return Json::parse(RenderJson(trace.Report(), both));
}

TEST(RenderJsonTest, HasTheLinesTheVerdictAndTheTimes) {
  const Json json = Render(NormalCheckout());
  EXPECT_EQ(json["traceId"], TraceBuilder::kTraceId);
  EXPECT_EQ(json["status"], "OK");
  EXPECT_EQ(json["spans"], 16);
  EXPECT_EQ(json["startUnixNano"], "1700000000000000000");
  EXPECT_EQ(json["durationNanos"], 1250000000);
  EXPECT_EQ(json["lines"].size(), 10u);
  EXPECT_EQ(json["lines"][0]["parent"], nullptr);
  const Json& stripe = json["lines"][3];
  EXPECT_EQ(stripe["name"], "stripe.Stripe/Charge");
  EXPECT_EQ(stripe["service"], "stripe");
  EXPECT_EQ(stripe["parent"], 2);
  EXPECT_EQ(stripe["depth"], 2);
  EXPECT_EQ(stripe["startNanos"], 139000000);
  EXPECT_EQ(stripe["durationNanos"], 400000000);
  EXPECT_EQ(stripe["selfNanos"], 400000000);
  EXPECT_EQ(stripe["onPath"], true);
  EXPECT_EQ(stripe["spans"].size(), 2u);
  EXPECT_EQ(stripe["spans"][0]["kind"], "CLIENT");
  EXPECT_EQ(stripe["spans"][1]["startNanos"], 140000000);
  EXPECT_EQ(json["verdict"]["line"], 3);
  EXPECT_EQ(json["root"], 0);
  EXPECT_EQ(Render(NormalCheckout(), true)["lines"].size(), 16u);
}

TEST(RenderJsonTest, TellsFailedFromDeclined) {
  EXPECT_EQ(Render(TimedOutCheckout())["lines"][2]["tone"], "failed");
  EXPECT_EQ(Render(TimedOutCheckout())["status"], "FAILED");
  EXPECT_EQ(Render(DeclinedCheckout())["lines"][2]["tone"], "declined");
  EXPECT_EQ(Render(DeclinedCheckout())["status"], "DECLINED");
}

TEST(RenderJsonTest, HasASpansDetails) {
  TraceBuilder trace;
  OtlpSpan& span = trace.Service("a").Add(kServer, "b", 1, 0, 0, 10);
  SetInt(span, "n", 5);
  auto* event = span.add_events();
  event->set_name("log");
  event->set_time_unix_nano(span.start_time_unix_nano() + 3);
  span.add_links()->set_span_id(std::string(8, '\x01'));
  const Json json = Render(trace)["lines"][0]["spans"][0];
  EXPECT_EQ(json["attributes"][0]["key"], "n");
  EXPECT_EQ(json["attributes"][0]["value"], "5");
  EXPECT_EQ(json["attributes"][0]["type"], "int");
  EXPECT_EQ(json["events"][0]["atNanos"], 3);
  EXPECT_EQ(json["links"][0]["spanId"], "0101010101010101");
}

TEST(RenderJsonTest, ShowsAStandInWithoutSpans) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "one", 2, 1, 0, 10);
  trace.Add(kServer, "two", 3, 1, 0, 10);
  const Json json = Render(trace);
  EXPECT_EQ(json["lines"][0]["name"], "(missing parent)");
  EXPECT_EQ(json["root"], 1);
  EXPECT_TRUE(json["lines"][0]["spans"].empty());
  EXPECT_EQ(json["spans"], 2);
}

TEST(RenderJsonTest, IsValidForAnEmptyTrace) {
  EXPECT_TRUE(Render(TraceBuilder())["lines"].empty());
}

}  // namespace
}  // namespace waybill
