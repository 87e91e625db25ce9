// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/in_memory_exporter.h"

#include <memory>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"

namespace waybill {
namespace {

class InMemoryExporterTest : public ::testing::Test {
 protected:
  InMemoryExporterTest() {
    auto exporter = std::make_unique<InMemoryExporter>();
    spans_ = exporter->spans();
    recorder_ = Recorder::Start(std::move(exporter), {});
  }
  FinishedSpan Only() {
    EXPECT_TRUE(recorder_->Flush(absl::Seconds(60)));
    EXPECT_EQ(spans_->Get().size(), 1u);
    return spans_->Get().at(0);
  }

  std::shared_ptr<FinishedSpans> spans_;
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(InMemoryExporterTest, CopiesAllThatASpanHolds) {
  StartOptions options;
  options.kind = SpanKind::kClient;
  options.parent = SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag, true,
                               TraceState::Parse("a=b"));
  options.start_time = absl::FromUnixSeconds(1'700'000'000);
  Span span = recorder_->tracer().StartSpan("name", options);
  span.SetError("broken");
  span.AddEvent("event", {{"in.event", 1}});
  span.AddLink(SpanContext(TraceId(4, 5), SpanId(6), kSampledFlag, true,
                           TraceState::Parse("c=d")),
               {{"in.link", 2}});
  span.EndAt(absl::FromUnixSeconds(1'700'000'002));
  const FinishedSpan copy = Only();
  EXPECT_EQ(copy.name, "name");
  EXPECT_EQ(copy.kind, SpanKind::kClient);
  EXPECT_EQ(copy.trace_id, TraceId(1, 2));
  EXPECT_EQ(copy.span_id, span.context().span_id());
  EXPECT_EQ(copy.parent_span_id, SpanId(3));
  EXPECT_TRUE(copy.parent_is_remote);
  EXPECT_EQ(copy.trace_flags, kSampledFlag);
  EXPECT_EQ(copy.trace_state, "a=b");
  EXPECT_EQ(copy.status, StatusCode::kError);
  EXPECT_EQ(copy.status_message, "broken");
  // Both went through ticks, each by a look at both clocks of its own.
  EXPECT_NEAR(static_cast<double>(copy.end_unix_nanos - copy.start_unix_nanos),
              2e9, 1e7);
  ASSERT_EQ(copy.events.size(), 1u);
  EXPECT_EQ(copy.events[0].name, "event");
  EXPECT_EQ(copy.events[0].attributes.at("in.event"), "1");
  ASSERT_EQ(copy.links.size(), 1u);
  EXPECT_EQ(copy.links[0].trace_id, "00000000000000040000000000000005");
  EXPECT_EQ(copy.links[0].span_id, "0000000000000006");
  EXPECT_EQ(copy.links[0].trace_flags, kSampledFlag);
  EXPECT_EQ(copy.links[0].trace_state, "c=d");
  EXPECT_EQ(copy.links[0].attributes.at("in.link"), "2");
}

TEST_F(InMemoryExporterTest, WritesValuesAsText) {
  const int64_t ints[] = {1, -2};
  const bool bools[] = {true, false};
  const double doubles[] = {0.5, 2};
  const absl::string_view strings[] = {"a", "b c"};
  recorder_->tracer().StartSpan("span").SetAttributes({
      {"bool", true},
      {"int", 3},
      {"double", 0.5},
      {"string", "text"},
      {"bools", absl::MakeConstSpan(bools)},
      {"ints", absl::MakeConstSpan(ints)},
      {"doubles", absl::MakeConstSpan(doubles)},
      {"strings", absl::MakeConstSpan(strings)},
      {"empty", absl::Span<const int64_t>()},
  });
  EXPECT_EQ(Only().attributes, (FinishedSpan::Attributes{
                                   {"bool", "true"},
                                   {"int", "3"},
                                   {"double", "0.5"},
                                   {"string", "text"},
                                   {"bools", "[true,false]"},
                                   {"ints", "[1,-2]"},
                                   {"doubles", "[0.5,2]"},
                                   {"strings", "[a,b c]"},
                                   {"empty", "[]"},
                               }));
}

TEST_F(InMemoryExporterTest, FindsSpansByName) {
  for (const char* name : {"a", "b", "a"}) {
    recorder_->tracer().StartSpan(name).SetAttribute("first", name);
  }
  ASSERT_TRUE(recorder_->Flush(absl::Seconds(60)));
  EXPECT_EQ(spans_->Named("a").size(), 2u);
  EXPECT_EQ(spans_->Named("b").size(), 1u);
  EXPECT_TRUE(spans_->Named("c").empty());
  spans_->Clear();
  EXPECT_TRUE(spans_->Get().empty());
}

TEST_F(InMemoryExporterTest, SpansOutliveTheRecorder) {
  recorder_->tracer().StartSpan("span");
  recorder_.reset();
  EXPECT_EQ(spans_->Get().size(), 1u);
}

TEST(InMemoryExporterForkTest, CloneStartsEmpty) {
  InMemoryExporter exporter;
  const auto clone = exporter.CloneForFork();
  EXPECT_NE(static_cast<InMemoryExporter&>(*clone).spans(), exporter.spans());
  EXPECT_EQ(exporter.Description(), "memory");
}

}  // namespace
}  // namespace waybill
