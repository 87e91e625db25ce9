// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span.h"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/recorder/test_tracer.h"

namespace waybill {
namespace {

using Attributes = FinishedSpan::Attributes;

TEST(SpanTest, RecordsWhatItIsTold) {
  TestTracer test;
  {
    Span span = test.tracer.StartSpan("first name");
    span.SetAttribute("one", 1);
    span.SetAttributes({{"two", "2"}, {"three", 0.5}});
    test.clock.Advance(10);
    span.AddEvent("retry", {{"attempt", 2}});
    span.AddLink(SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag),
                 {{"why", "batch"}});
    span.UpdateName("second name");
    span.SetError("broken");
  }
  const FinishedSpan span = test.OnlyFinished();
  EXPECT_EQ(span.name, "second name");
  EXPECT_EQ(span.attributes,
            (Attributes{{"one", "1"}, {"three", "0.5"}, {"two", "2"}}));
  ASSERT_EQ(span.events.size(), 1u);
  EXPECT_EQ(span.events[0].name, "retry");
  EXPECT_EQ(span.events[0].unix_nanos, span.start_unix_nanos + 10);
  EXPECT_EQ(span.events[0].attributes, (Attributes{{"attempt", "2"}}));
  ASSERT_EQ(span.links.size(), 1u);
  EXPECT_EQ(span.links[0].span_id, "0000000000000003");
  EXPECT_EQ(span.links[0].attributes, (Attributes{{"why", "batch"}}));
  EXPECT_EQ(span.status, StatusCode::kError);
  EXPECT_EQ(span.status_message, "broken");
}

TEST(SpanTest, EndsOnceHoweverOftenItIsEnded) {
  TestTracer test;
  {
    Span span = test.tracer.StartSpan("span");
    span.End();
    EXPECT_FALSE(span.IsRecording());
    test.clock.Advance(100);
    span.End();
    span.EndAt(absl::Now());
  }
  const std::vector<FinishedSpan> spans = test.Finished();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].end_unix_nanos, spans[0].start_unix_nanos);
}

// All that can be done with a span, for the tests of spans that have ended.
void UseAll(const SpanRef& span) {
  span.SetAttribute("late", 1);
  span.SetAttributes({{"later", 2}});
  span.AddEvent("late");
  span.AddLink(SpanContext(TraceId(1, 1), SpanId(1), 0));
  span.SetError("late");
  span.SetOk();
  span.UpdateName("late");
}

TEST(SpanTest, IsLeftAloneAfterItsEnd) {
  TestTracer test;
  Span span = test.tracer.StartSpan("span");
  const SpanRef ref = span.ref();
  span.End();
  UseAll(span);
  UseAll(ref);
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.name, "span");
  EXPECT_EQ(finished.status, StatusCode::kUnset);
  EXPECT_TRUE(finished.attributes.empty());
  EXPECT_TRUE(finished.events.empty());
  EXPECT_TRUE(finished.links.empty());
}

TEST(SpanTest, EndedSpanDoesNotTouchTheNextOneInItsMemory) {
  TestTracer test;
  Span first = test.tracer.StartSpan("first");
  const SpanRef ref = first.ref();
  first.End();
  ASSERT_EQ(test.Finished().size(), 1u);
  // The only free slot that was ever used is taken first.
  Span second = test.tracer.StartSpan("second");
  ASSERT_TRUE(second.IsRecording());
  EXPECT_FALSE(ref.IsRecording());
  UseAll(first);
  UseAll(ref);
  first.End();
  EXPECT_TRUE(second.IsRecording());
  second.End();
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.name, "second");
  EXPECT_EQ(finished.status, StatusCode::kUnset);
  EXPECT_TRUE(finished.attributes.empty());
}

TEST(SpanTest, StatusFollowsItsRules) {
  const struct {
    std::vector<const char*> calls;  // "OK", or an error's description
    StatusCode status;
    std::string message;
    const char* reason;
  } kCases[] = {
      {{}, StatusCode::kUnset, "", "nobody said anything"},
      {{"a"}, StatusCode::kError, "a", "an error"},
      {{"a", "b"}, StatusCode::kError, "b", "the last error counts"},
      {{"OK"}, StatusCode::kOk, "", "fine"},
      {{"a", "OK"}, StatusCode::kOk, "", "fine after all"},
      {{"OK", "a"}, StatusCode::kOk, "", "OK is final"},
      {{""}, StatusCode::kError, "", "an error without a description"},
  };
  for (const auto& test_case : kCases) {
    TestTracer test;
    {
      Span span = test.tracer.StartSpan("span");
      for (const std::string call : test_case.calls) {
        if (call == "OK") {
          span.SetOk();
        } else {
          span.SetError(call);
        }
      }
    }
    const FinishedSpan finished = test.OnlyFinished();
    EXPECT_EQ(finished.status, test_case.status) << test_case.reason;
    EXPECT_EQ(finished.status_message, test_case.message) << test_case.reason;
  }
}

TEST(SpanTest, MovingHandsTheEndOver) {
  TestTracer test;
  Span to;
  {
    Span from = test.tracer.StartSpan("span");
    to = std::move(from);
    from.End();  // NOLINT: a moved-from span does nothing
  }
  EXPECT_TRUE(test.Finished().empty());
  EXPECT_TRUE(to.IsRecording());
  Span constructed(std::move(to));
  to.End();  // NOLINT
  EXPECT_TRUE(test.Finished().empty());
  constructed.End();
  EXPECT_EQ(test.OnlyFinished().name, "span");
}

TEST(SpanTest, AssigningEndsTheSpanThatWasThere) {
  TestTracer test;
  Span span = test.tracer.StartSpan("first");
  span = test.tracer.StartSpan("second");
  EXPECT_EQ(test.OnlyFinished().name, "first");
  span = Span();
  EXPECT_EQ(test.OnlyFinished().name, "second");
  Span& same = span;
  span = std::move(same);
  EXPECT_TRUE(test.Finished().empty());
}

TEST(SpanTest, SpanOfNoTraceDoesNothing) {
  Span span;
  UseAll(span);
  span.End();
  EXPECT_FALSE(span.IsRecording());
  EXPECT_FALSE(span.context().IsValid());
  const SpanContext elsewhere(TraceId(1, 1), SpanId(1), kSampledFlag, true);
  const SpanRef remote(elsewhere);
  UseAll(remote);
  EXPECT_FALSE(remote.IsRecording());
  EXPECT_EQ(remote.context(), elsewhere);
}

TEST(SpanTest, ThreadsMaySetAttributesOfOneSpan) {
  constexpr int kThreads = 4;
  constexpr int kKeys = 10;
  TestTracer test;
  Span span = test.tracer.StartSpan("span");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&span, t] {
      for (int round = 0; round < 20; ++round) {
        for (int key = 0; key < kKeys; ++key) {
          span.SetAttribute(absl::StrCat("key", t, ".", key), round);
        }
        span.AddEvent("round");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  span.End();
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.attributes.size(), size_t{kThreads} * kKeys);
  for (const auto& attribute : finished.attributes) {
    EXPECT_EQ(attribute.second, "19") << attribute.first;
  }
  EXPECT_EQ(finished.events.size(), size_t{kThreads} * 20);
}

TEST(SpanTest, ThreadsMayRaceWithItsEnd) {
  constexpr int kSpans = 500;
  TestTracer test;
  for (int i = 0; i < kSpans; ++i) {
    Span span = test.tracer.StartSpan("span");
    std::thread other([&span] {
      span.SetAttribute("key", "value");
      span.End();
      UseAll(span);
    });
    span.SetAttribute("key", "value");
    span.End();
    UseAll(span);
    other.join();
    const std::vector<FinishedSpan> finished = test.Finished();
    ASSERT_EQ(finished.size(), 1u);
    ASSERT_EQ(finished[0].attributes.at("key"), "value");
    ASSERT_EQ(finished[0].attributes.count("late"), 0u);
  }
}

}  // namespace
}  // namespace waybill
