// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/otlp_json.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using opentelemetry::proto::common::v1::KeyValue;
using opentelemetry::proto::trace::v1::TracesData;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Has something in every field that there is.
TracesData MakeFullTrace() {
  TraceBuilder trace;
  trace.Service("a");
  trace.batch().mutable_resource()->set_dropped_attributes_count(1);
  trace.batch().set_schema_url("https://example.org/resource");
  auto* scope = trace.batch().mutable_scope_spans(0);
  scope->set_schema_url("https://example.org/scope");
  scope->mutable_scope()->set_version("1.2");
  scope->mutable_scope()->set_dropped_attributes_count(2);
  scope->mutable_scope()->add_attributes()->set_key("in scope");
  OtlpSpan& span = trace.Add(kClient, "na\"me\n日本", 1, 2, 0, 10);
  span.set_trace_state("vendor=x");
  span.set_flags(0x301);
  SetText(span, "text", "value");
  SetInt(span, "negative", -9007199254740993);
  const auto add = [&span](const char* key) {
    KeyValue* attribute = span.add_attributes();
    attribute->set_key(key);
    return attribute->mutable_value();
  };
  add("flag")->set_bool_value(true);
  add("real")->set_double_value(0.1);
  add("infinite")->set_double_value(-INFINITY);
  add("bytes")->set_bytes_value(std::string("\0\xff\x80", 3));
  auto* list = add("list")->mutable_array_value();
  list->add_values()->set_string_value("x");
  list->add_values();
  auto* entry = add("map")->mutable_kvlist_value()->add_values();
  entry->set_key("inner");
  entry->mutable_value()->set_int_value(1);
  add("empty list")->mutable_array_value();
  span.set_dropped_attributes_count(3);
  auto* event = span.add_events();
  event->set_time_unix_nano(~uint64_t{0});
  event->set_name("event");
  event->add_attributes()->set_key("in event");
  event->set_dropped_attributes_count(4);
  span.set_dropped_events_count(5);
  auto* link = span.add_links();
  link->set_trace_id(std::string(16, '\xab'));
  link->set_span_id(std::string(8, '\xcd'));
  link->set_trace_state("vendor=y");
  link->add_attributes()->set_key("in link");
  link->set_dropped_attributes_count(6);
  link->set_flags(0x100);
  span.set_dropped_links_count(7);
  SetError(span, "message");
  // An attribute without a value and one with an empty value mean the same.
  for (auto* attributes :
       {scope->mutable_scope()->mutable_attributes(),
        event->mutable_attributes(), link->mutable_attributes()}) {
    attributes->Mutable(0)->mutable_value();
  }
  return trace.data();
}

TEST(OtlpJsonTest, ReadsBackEveryFieldThatItWrote) {
  const TracesData data = MakeFullTrace();
  const std::string json = WriteOtlpJson(data);
  const absl::StatusOr<TracesData> again = ReadOtlpJson(json);
  ASSERT_TRUE(again.ok()) << again.status();
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(data, *again)) << difference << json;
}

TEST(OtlpJsonTest, WritesWhatTheSpecificationSays) {
  TraceBuilder trace;
  OtlpSpan& span = trace.Service("a").Add(kServer, "b", 10, 0, 0, 1);
  SetInt(span, "n", 5);
  EXPECT_EQ(WriteOtlpJson(trace.data()),
            R"({"resourceSpans":[{"resource":{"attributes":[{"key":)"
            R"("service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{)"
            R"("scope":{"name":"waybill"},"spans":[{"traceId":)"
            R"("4bf92f3577b34da6a3ce929d0e0e4736","spanId":)"
            R"("000000000000000a","name":"b","kind":2,"startTimeUnixNano":)"
            R"("1700000000000000000","endTimeUnixNano":)"
            R"("1700000000001000000","attributes":[{"key":"n","value":)"
            R"({"intValue":"5"}}],"status":{}}]}]}]})");
}

TEST(OtlpJsonTest, WritesValidJsonForTextThatIsNotUtf8) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "b\xff", 1, 0, 0, 1);
  const absl::StatusOr<TracesData> again =
      ReadOtlpJson(WriteOtlpJson(trace.data()));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->resource_spans(0).scope_spans(0).spans(0).name(), "b\ufffd");
}

std::string Span(const std::string& fields) {
  return absl::StrCat(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{)", fields,
                      "}]}]}]}");
}

TEST(OtlpJsonTest, ReadsWhatOthersWrite) {
  const absl::StatusOr<TracesData> data = ReadOtlpJson(
      R"({"resource_spans":[{"scope_spans":[{"spans":[{
        "trace_id":"4BF92F3577B34DA6A3CE929D0E0E4736",
        "span_id":"0000000000000001", "parent_span_id":null,
        "kind":"SPAN_KIND_CLIENT", "start_time_unix_nano":1700000000000000000,
        "end_time_unix_nano":1.7e18, "brand_new_field":[1,2],
        "attributes":[{"key":"k","value":{"int_value":7}},{"key":"none"}],
        "status":{"code":"STATUS_CODE_ERROR"}}]}]}]})");
  ASSERT_TRUE(data.ok()) << data.status();
  const OtlpSpan& span = data->resource_spans(0).scope_spans(0).spans(0);
  EXPECT_EQ(static_cast<uint8_t>(span.trace_id()[0]), 0x4b);
  EXPECT_EQ(span.kind(), kClient);
  EXPECT_EQ(span.start_time_unix_nano(), 1700000000000000000u);
  EXPECT_EQ(span.end_time_unix_nano(), 1700000000000000000u);
  EXPECT_EQ(span.attributes(0).value().int_value(), 7);
  EXPECT_EQ(span.status().code(), 2);
}

TEST(OtlpJsonTest, SaysWhereAndWhatIsWrong) {
  const std::string at = "resourceSpans[0].scopeSpans[0].spans[0].";
  struct Row {
    std::string json;
    std::string error;
  };
  const std::vector<Row> rows = {
      {"[]", "expected an object with resourceSpans, found array"},
      {"17", "expected an object with resourceSpans, found 17"},
      {"{}", "expected resourceSpans in the object, found object"},
      {R"({"resourceSpans":7})", "resourceSpans: expected an array, found 7"},
      {R"({"resourceSpans":[7]})",
       "resourceSpans[0]: expected an object, found 7"},
      {R"({"resourceSpans":[{"resource":"x"}]})",
       "resourceSpans[0].resource: expected an object, found \"x\""},
      {Span(R"("traceId":"xyz")"),
       at + "traceId: expected an even number of hexadecimal digits, found "
            "\"xyz\""},
      {Span(R"("spanId":"123")"),
       at + "spanId: expected an even number of hexadecimal digits, found "
            "\"123\""},
      {Span(R"("name":5)"), at + "name: expected text, found 5"},
      {Span(R"("startTimeUnixNano":"-1")"),
       at + "startTimeUnixNano: expected a whole number of 64 bits, not "
            "negative, found \"-1\""},
      {Span(R"("startTimeUnixNano":-1)"),
       at + "startTimeUnixNano: expected a whole number of 64 bits, not "
            "negative, found -1"},
      {Span(R"("endTimeUnixNano":18446744073709551616)"),
       at + "endTimeUnixNano: expected a whole number of 64 bits, not "
            "negative, found 1.8446744073709552e+19"},
      {Span(R"("endTimeUnixNano":0.5)"),
       at + "endTimeUnixNano: expected a whole number of 64 bits, not "
            "negative, found 0.5"},
      {Span(R"("flags":4294967296)"),
       at + "flags: expected a whole number of 32 bits, not negative, found "
            "4294967296"},
      {Span(R"("kind":"SPAN_KIND_FRIEND")"),
       at + "kind: expected a small number or one of the enum's names, found "
            "\"SPAN_KIND_FRIEND\""},
      {Span(R"("status":{"code":-2})"),
       at + "status.code: expected a small number or one of the enum's names, "
            "found -2"},
      {Span(R"("attributes":{"a":1})"),
       at + "attributes: expected an array, found object"},
      {Span(R"("attributes":[{"key":"k","value":{"boolValue":"yes"}}])"),
       at + "attributes[0].value.boolValue: expected true or false, found "
            "\"yes\""},
      {Span(R"("attributes":[{"key":"k","value":{"bytesValue":"?"}}])"),
       at + "attributes[0].value.bytesValue: expected base64, found \"?\""},
      {Span(R"("attributes":[{"key":"k","value":{"doubleValue":"x"}}])"),
       at + "attributes[0].value.doubleValue: expected a number, found "
            "\"x\""},
      {Span(absl::StrCat(R"("name":[")", std::string(1000, 'x'), "\"]")),
       at + "name: expected text, found array"},
      {Span(absl::StrCat(R"("kind":")", std::string(1000, 'x'), "\"")),
       at +
           "kind: expected a small number or one of the enum's names, found "
           "\"" +
           std::string(39, 'x') + "…"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(ReadOtlpJson(row.json).status().message(), row.error);
  }
}

TEST(OtlpJsonTest, SaysWhereTextIsNotJson) {
  EXPECT_THAT(
      std::string(ReadOtlpJson("{\"resourceSpans\":[").status().message()),
      ::testing::StartsWith("not JSON: parse error at line 1, column"));
  for (const char* text : {"", "{", "nul", "{\"a\"}", "\"\xff\"", "{}}"}) {
    EXPECT_FALSE(ReadOtlpJson(text).ok()) << text;
  }
}

TEST(OtlpJsonTest, RefusesValuesThatAreNestedTooDeeply) {
  const auto nested = [](int depth) {
    std::string value = "{}";
    for (int i = 0; i < depth; ++i) {
      value = absl::StrCat(R"({"arrayValue":{"values":[)", value, "]}}");
    }
    return Span(
        absl::StrCat(R"("attributes":[{"key":"k","value":)", value, "}]"));
  };
  EXPECT_TRUE(ReadOtlpJson(nested(64)).ok());
  EXPECT_FALSE(ReadOtlpJson(nested(65)).ok());
  EXPECT_FALSE(ReadOtlpJson(nested(2000)).ok());
  EXPECT_FALSE(ReadOtlpJson(std::string(100000, '[')).ok());
}

TEST(OtlpJsonLinesTest, ReadsALineForEachBatch) {
  const std::string line = WriteOtlpJson(NormalCheckout().data());
  const OtlpJsonLines lines =
      ReadOtlpJsonLines(absl::StrCat(line, "\n\n", line, "\r\n"));
  EXPECT_THAT(lines.errors, IsEmpty());
  EXPECT_EQ(lines.data.resource_spans_size(), 16);
  EXPECT_THAT(ReadOtlpJsonLines("").errors, IsEmpty());
}

TEST(OtlpJsonLinesTest, ReadsOneObjectOverManyLines) {
  const std::string pretty = absl::StrReplaceAll(
      WriteOtlpJson(NormalCheckout().data()), {{",", ",\n"}});
  const OtlpJsonLines lines = ReadOtlpJsonLines(pretty);
  EXPECT_THAT(lines.errors, IsEmpty());
  EXPECT_EQ(lines.data.resource_spans_size(), 8);
}

TEST(OtlpJsonLinesTest, KeepsTheGoodLinesAndCountsFromOne) {
  const std::string line = WriteOtlpJson(NormalCheckout().data());
  const OtlpJsonLines lines = ReadOtlpJsonLines(
      absl::StrCat(line, "\nlog: started\n", line, "\n", line.substr(0, 100)));
  EXPECT_EQ(lines.data.resource_spans_size(), 16);
  ASSERT_THAT(lines.errors, SizeIs(2));
  EXPECT_THAT(lines.errors[0], ::testing::StartsWith("line 2: not JSON"));
  EXPECT_THAT(lines.errors[1], ::testing::StartsWith("line 4: not JSON"));
}

// Whatever is done to a good file, reading it ends, and what was read can be
// shown and written.
TEST(OtlpJsonLinesTest, SurvivesMutilatedInput) {
  const std::string good = absl::StrCat(WriteOtlpJson(MakeFullTrace()), "\n",
                                        WriteOtlpJson(MakeFullTrace()));
  const std::vector<std::string> pieces = {
      "{",     "}",    "[",       "]",    ",",
      ":",     "\"",   "\\u0000", "\\",   "-",
      "1e999", "null", "true",    "\n",   "18446744073709551615",
      "\"\"",  "{}",   "[]",      "\xff", "\"traceId\""};
  std::mt19937 random(4711);
  size_t readable = 0;
  for (int round = 0; round < 500; ++round) {
    std::string text = good;
    const size_t changes = 1 + random() % 4;
    for (size_t i = 0; i < changes; ++i) {
      const size_t at = random() % text.size();
      const std::string& piece = pieces[random() % pieces.size()];
      switch (random() % 4) {
        case 0:
          text.insert(at, piece);
          break;
        case 1:
          text.erase(at, 1 + random() % 30);
          break;
        case 2:
          text.replace(at, piece.size(), piece);
          break;
        case 3:
          text[at] = static_cast<char>(random());
          break;
      }
      if (text.empty()) break;
    }
    const OtlpJsonLines lines = ReadOtlpJsonLines(text);
    if (lines.data.resource_spans_size() > 0) ++readable;
    RenderText(MakeReport(lines.data, TraceBuilder::kTraceId), RenderOptions());
    EXPECT_TRUE(ReadOtlpJson(WriteOtlpJson(lines.data)).ok()) << text;
  }
  EXPECT_GT(readable, 50u) << "or the test would only see parse errors";
}

}  // namespace
}  // namespace waybill
