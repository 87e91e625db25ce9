// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/span.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/attribute_text.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using opentelemetry::proto::common::v1::AnyValue;
using opentelemetry::proto::common::v1::KeyValue;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ViewTrace Read(TraceBuilder& trace) {
  return ReadTrace(trace.data(), TraceBuilder::kTraceId);
}

ViewSpan ReadOnly(TraceBuilder& trace) {
  const ViewTrace read = Read(trace);
  EXPECT_EQ(read.spans.size(), 1u);
  return read.spans.empty() ? ViewSpan() : read.spans[0];
}

TEST(ReadTraceTest, ReadsWhatASpanHas) {
  TraceBuilder trace;
  trace.Service("payment");
  OtlpSpan& message = trace.AddRpc(kClient, "stripe.Stripe/Charge", 6, 5, 100,
                                   500, "DEADLINE_EXCEEDED", "too slow");
  auto* event = message.add_events();
  event->set_name("retry");
  event->set_time_unix_nano(message.start_time_unix_nano() + 7);
  auto* link = message.add_links();
  link->set_trace_id(std::string(16, '\x01'));
  link->set_span_id(std::string(8, '\x02'));
  message.set_dropped_attributes_count(2);
  message.set_dropped_events_count(3);
  message.set_dropped_links_count(4);

  const ViewSpan span = ReadOnly(trace);
  EXPECT_EQ(span.span_id, "0000000000000006");
  EXPECT_EQ(span.parent_id, "0000000000000005");
  EXPECT_EQ(span.name, "stripe.Stripe/Charge");
  EXPECT_EQ(span.kind, ViewKind::kClient);
  EXPECT_EQ(span.service, "payment");
  EXPECT_EQ(span.scope, "waybill");
  EXPECT_EQ(span.end - span.start, 400 * 1000000);
  EXPECT_EQ(span.status, ViewStatus::kError);
  EXPECT_EQ(span.status_message, "too slow");
  EXPECT_EQ(AttributeText(span.attributes, "error.type"), "DEADLINE_EXCEEDED");
  ASSERT_EQ(span.events.size(), 1u);
  EXPECT_EQ(span.events[0].name, "retry");
  EXPECT_EQ(span.events[0].time, span.start + 7);
  ASSERT_EQ(span.links.size(), 1u);
  EXPECT_EQ(span.links[0].span_id, "0202020202020202");
  EXPECT_EQ(span.dropped_details, 9);
  EXPECT_THAT(span.problems, IsEmpty());
}

TEST(ReadTraceTest, LeavesOutSpansOfOtherTraces) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "ours", 1, 0, 0, 1);
  trace.Add(kServer, "other", 2, 0, 0, 1).set_trace_id(std::string(16, 'x'));
  EXPECT_EQ(ReadOnly(trace).name, "ours");
}

TEST(ReadTraceTest, SaysWhatIsWrongWithASpan) {
  struct Row {
    const char* reason;
    void (*spoil)(OtlpSpan&);
    const char* problem;
  };
  const Row rows[] = {
      {"no id at all", [](OtlpSpan& span) { span.clear_span_id(); },
       "no span id"},
      {"all zeros is no id",
       [](OtlpSpan& span) { span.set_span_id(std::string(8, '\0')); },
       "no span id"},
      {"a short id", [](OtlpSpan& span) { span.set_span_id("abc"); },
       "span id has 3 bytes instead of 8"},
      {"a long parent id",
       [](OtlpSpan& span) { span.set_parent_span_id("0123456789"); },
       "parent id has 10 bytes instead of 8"},
      {"an id too long to keep",
       [](OtlpSpan& span) { span.set_span_id(std::string(33, 'x')); },
       "span id has 33 bytes instead of 8"},
      {"never started",
       [](OtlpSpan& span) { span.clear_start_time_unix_nano(); },
       "no start time"},
      {"never ended", [](OtlpSpan& span) { span.clear_end_time_unix_nano(); },
       "no end time"},
      {"ends before it starts",
       [](OtlpSpan& span) {
         span.set_end_time_unix_nano(span.start_time_unix_nano() - 5000000);
       },
       "ends 5.0 ms before it starts"},
  };
  for (const Row& row : rows) {
    TraceBuilder trace;
    row.spoil(trace.Service("a").Add(kServer, "spoiled", 1, 0, 0, 1));
    const ViewSpan span = ReadOnly(trace);
    ASSERT_FALSE(span.problems.empty()) << row.reason;
    EXPECT_EQ(span.problems[0], row.problem) << row.reason;
    EXPECT_GE(span.end, span.start) << row.reason;
  }
}

TEST(ReadTraceTest, ShowsTheFirstOfTooManyDetails) {
  TraceBuilder trace;
  OtlpSpan& message = trace.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  for (int i = 0; i < 1001; ++i) {
    SetInt(message, "key", i);
    message.add_events();
    message.add_links();
  }
  const ViewSpan span = ReadOnly(trace);
  EXPECT_EQ(span.attributes.size(), 1000u);
  EXPECT_EQ(span.events.size(), 1000u);
  EXPECT_EQ(span.links.size(), 1000u);
  EXPECT_THAT(span.problems,
              ElementsAre("has 1,001 attributes: the first 1,000 are shown",
                          "has 1,001 events: the first 1,000 are shown",
                          "has 1,001 links: the first 1,000 are shown"));
}

TEST(ReadTraceTest, NamesWhatHasNoName) {
  TraceBuilder trace;
  trace.Service("").Add(kServer, "", 1, 0, 0, 1);
  const ViewSpan span = ReadOnly(trace);
  EXPECT_EQ(span.name, "(no name)");
  EXPECT_EQ(span.service, "unknown_service");
}

TEST(ReadTraceTest, RepairsTextThatIsNotUtf8AndCutsWhatIsHuge) {
  TraceBuilder trace;
  OtlpSpan& message = trace.Service("a\xff").Add(kServer, "\xc3(", 1, 0, 0, 1);
  SetText(message, "k\xfe", std::string(100000, 'x'));
  const ViewSpan span = ReadOnly(trace);
  EXPECT_EQ(span.name, "\ufffd(");
  EXPECT_EQ(span.service, "a\ufffd");
  EXPECT_EQ(span.attributes[0].key, "k\ufffd");
  EXPECT_LE(span.attributes[0].text.size(), kMaxTextBytes + 3);
}

TEST(ReadTraceTest, TakesUnknownEnumsForUnset) {
  TraceBuilder trace;
  OtlpSpan& message = trace.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  message.set_kind(static_cast<OtlpSpan::SpanKind>(77));
  message.mutable_status()->set_code(
      static_cast<opentelemetry::proto::trace::v1::Status::StatusCode>(-3));
  const ViewSpan span = ReadOnly(trace);
  EXPECT_EQ(span.kind, ViewKind::kUnspecified);
  EXPECT_EQ(span.status, ViewStatus::kUnset);
}

TEST(ReadTraceTest, TellsProcessesApartByTheirResource) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  trace.Service("a").Add(kServer, "y", 2, 0, 0, 1);
  trace.Service("b").Add(kServer, "z", 3, 0, 0, 1);
  const ViewTrace read = Read(trace);
  EXPECT_EQ(read.resources.size(), 2u);
  EXPECT_EQ(read.spans[0].resource, read.spans[1].resource);
  EXPECT_EQ(read.resources[read.spans[2].resource].service, "b");
}

TEST(ReadTraceTest, TakesTheLargestCountOfLostSpansOfAProcess) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  auto* on_resource = trace.batch().mutable_resource()->add_attributes();
  on_resource->set_key("waybill.spans.dropped");
  on_resource->mutable_value()->set_int_value(3);
  trace.Service("a").Add(kServer, "y", 2, 0, 0, 1);
  auto* on_scope =
      trace.batch().mutable_scope_spans(0)->mutable_scope()->add_attributes();
  on_scope->set_key("waybill.spans.dropped");
  on_scope->mutable_value()->set_int_value(12);
  const ViewTrace read = Read(trace);
  ASSERT_EQ(read.resources.size(), 1u) << "a count is no new process";
  EXPECT_EQ(read.resources[0].lost_spans, 12);
}

TEST(ReadTimeTest, KeepsTimesWithinReach) {
  EXPECT_EQ(ReadTime(0), 0);
  EXPECT_EQ(ReadTime(1700000000000000000), 1700000000000000000);
  EXPECT_EQ(ReadTime(std::numeric_limits<uint64_t>::max()),
            (int64_t{1} << 62) - 1);
}

TEST(IdToHexTest, WritesLowerCaseAndRefusesWhatIsNoId) {
  EXPECT_EQ(IdToHex("\xAB\x01"), "ab01");
  EXPECT_EQ(IdToHex(""), "");
  EXPECT_EQ(IdToHex(std::string(16, '\0')), "");
  EXPECT_EQ(IdToHex(std::string(33, 'x')), "");
}

ViewAttribute ReadValue(const AnyValue& value) {
  KeyValue attribute;
  attribute.set_key("k");
  *attribute.mutable_value() = value;
  return ReadAttribute(attribute);
}

TEST(ReadAttributeTest, ShowsEachKindOfValue) {
  AnyValue text, flag, number, real, bytes, list, map;
  text.set_string_value("a \"b\"");
  flag.set_bool_value(true);
  number.set_int_value(-3);
  real.set_double_value(0.5);
  bytes.set_bytes_value(std::string("\x00\xff", 2));
  *list.mutable_array_value()->add_values() = text;
  *list.mutable_array_value()->add_values() = number;
  auto* item = map.mutable_kvlist_value()->add_values();
  item->set_key("a");
  *item->mutable_value() = list;

  EXPECT_EQ(ReadValue(text).text, "a \"b\"");
  EXPECT_EQ(ReadValue(flag).text, "true");
  EXPECT_EQ(ReadValue(number).text, "-3");
  EXPECT_EQ(ReadValue(number).type, ValueType::kInt);
  EXPECT_EQ(ReadValue(real).text, "0.5");
  EXPECT_EQ(ReadValue(bytes).text, "00ff");
  EXPECT_EQ(ReadValue(list).text, "[\"a \\\"b\\\"\", -3]");
  EXPECT_EQ(ReadValue(map).text, "{\"a\": [\"a \\\"b\\\"\", -3]}");
  EXPECT_EQ(ReadValue(AnyValue()).text, "");
  EXPECT_EQ(ReadValue(AnyValue()).type, ValueType::kEmpty);
}

TEST(ReadAttributeTest, StopsAtDeepAndAtWideValues) {
  AnyValue deep;
  AnyValue* inner = &deep;
  for (int i = 0; i < 50; ++i) {
    inner = inner->mutable_array_value()->add_values();
  }
  EXPECT_EQ(ReadValue(deep).text, "[[[[[[[[[…]]]]]]]]]");

  AnyValue wide;
  for (int i = 0; i < 100000; ++i) {
    wide.mutable_array_value()->add_values()->set_int_value(i);
  }
  EXPECT_LE(ReadValue(wide).text.size(), kMaxTextBytes + 3);
}

}  // namespace
}  // namespace waybill
