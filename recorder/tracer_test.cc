// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/tracer.h"

#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/test_tracer.h"

namespace waybill {
namespace {

constexpr absl::Duration kSecond = absl::Seconds(1);

SpanContext RemoteParent(uint8_t flags) {
  return SpanContext(TraceId(7, 8), SpanId(9), flags, true,
                     TraceState::Parse("vendor=1"));
}

StartOptions ChildOf(SpanContext parent) {
  StartOptions options;
  options.parent = std::move(parent);
  return options;
}

absl::Time At(uint64_t ticks) {
  return absl::FromUnixNanos(
      static_cast<int64_t>(FakeClock::kUnixNanos + ticks));
}

TEST(TracerTest, StartsARootWhereNothingIsCurrent) {
  TestTracer test;
  Span root = test.tracer.StartSpan("root");
  EXPECT_TRUE(root.IsRecording());
  EXPECT_TRUE(root.context().IsValid());
  EXPECT_FALSE(root.context().IsRemote());
  root.End();
  const FinishedSpan span = test.OnlyFinished();
  EXPECT_EQ(span.name, "root");
  EXPECT_EQ(span.kind, SpanKind::kInternal);
  EXPECT_EQ(span.trace_id, root.context().trace_id());
  EXPECT_EQ(span.span_id, root.context().span_id());
  EXPECT_FALSE(span.parent_span_id.IsValid());
}

TEST(TracerTest, ChildOfAnExplicitParent) {
  TestTracer test;
  StartOptions options = ChildOf(RemoteParent(kSampledFlag));
  options.kind = SpanKind::kConsumer;
  test.tracer.StartSpan("child", options);
  const FinishedSpan span = test.OnlyFinished();
  EXPECT_EQ(span.trace_id, TraceId(7, 8));
  EXPECT_EQ(span.parent_span_id, SpanId(9));
  EXPECT_TRUE(span.parent_is_remote);
  EXPECT_EQ(span.trace_state, "vendor=1");
  EXPECT_EQ(span.kind, SpanKind::kConsumer);
}

TEST(TracerTest, ChildOfTheCurrentSpan) {
  TestTracer test;
  Span outer = test.tracer.StartSpan("outer");
  {
    Scope scope(outer);
    test.tracer.StartSpan("inner");
  }
  const FinishedSpan span = test.OnlyFinished();
  EXPECT_EQ(span.parent_span_id, outer.context().span_id());
  EXPECT_EQ(span.trace_id, outer.context().trace_id());
  EXPECT_FALSE(span.parent_is_remote);
}

TEST(TracerTest, ExplicitParentGoesBeforeTheCurrentSpan) {
  TestTracer test;
  Span current = test.tracer.StartSpan("current");
  Scope scope(current);
  test.tracer.StartSpan("child", ChildOf(RemoteParent(kSampledFlag)));
  EXPECT_EQ(test.OnlyFinished().parent_span_id, SpanId(9));
}

TEST(TracerTest, InvalidParentMakesARoot) {
  const struct {
    SpanContext parent;
    const char* reason;
  } kCases[] = {
      {SpanContext(), "no parent at all, on purpose"},
      {SpanContext(TraceId(), SpanId(9), kSampledFlag, true,
                   TraceState::Parse("a=b")),
       "no trace id: the span id and the state go with it"},
      {SpanContext(TraceId(7, 8), SpanId(), 0, true, TraceState::Parse("a=b")),
       "no span id: the trace id goes with it"},
  };
  for (const auto& test_case : kCases) {
    TestTracer test;
    Span current = test.tracer.StartSpan("current");
    Scope scope(current);
    Span root = test.tracer.StartSpan("root", ChildOf(test_case.parent));
    EXPECT_TRUE(root.context().trace_state().empty()) << test_case.reason;
    root.End();
    const FinishedSpan span = test.OnlyFinished();
    EXPECT_FALSE(span.parent_span_id.IsValid()) << test_case.reason;
    EXPECT_FALSE(span.parent_is_remote) << test_case.reason;
    EXPECT_EQ(span.trace_state, "") << test_case.reason;
    EXPECT_NE(span.trace_id, TraceId(7, 8)) << test_case.reason;
    EXPECT_NE(span.trace_id, current.context().trace_id()) << test_case.reason;
  }
}

TEST(TracerTest, SetsTheFlags) {
  const struct {
    SpanContext parent;
    bool sampled;
    uint8_t flags;
    const char* reason;
  } kCases[] = {
      {SpanContext(), true, kSampledFlag | kRandomFlag, "our ids are random"},
      {SpanContext(), false, kRandomFlag, "also where nothing is recorded"},
      {RemoteParent(0), true, kSampledFlag, "the parent's id was not random"},
      {RemoteParent(kRandomFlag), true, kSampledFlag | kRandomFlag,
       "random stays random"},
      {RemoteParent(kSampledFlag), false, 0, "the sampler has the last word"},
      {RemoteParent(0xfc), true, kSampledFlag, "flags we do not know end here"},
  };
  for (const auto& test_case : kCases) {
    TestTracer test(test_case.sampled ? AlwaysOn() : AlwaysOff());
    Span span = test.tracer.StartSpan("span", ChildOf(test_case.parent));
    EXPECT_EQ(span.context().trace_flags(), test_case.flags)
        << test_case.reason;
    EXPECT_EQ(span.IsRecording(), test_case.sampled) << test_case.reason;
    span.End();
    if (test_case.sampled) {
      EXPECT_EQ(test.OnlyFinished().trace_flags, test_case.flags)
          << test_case.reason;
    }
  }
}

TEST(TracerTest, HandsTheTraceStateOn) {
  for (const bool sampled : {true, false}) {
    TestTracer test(sampled ? AlwaysOn() : AlwaysOff());
    Span span = test.tracer.StartSpan("span", ChildOf(RemoteParent(0)));
    EXPECT_EQ(span.context().trace_state().ToString(), "vendor=1");
  }
}

TEST(TracerTest, SpanThatIsNotSampledHasIdsOfItsOwn) {
  TestTracer test(AlwaysOff());
  Span span = test.tracer.StartSpan("span", ChildOf(RemoteParent(0)));
  EXPECT_EQ(span.context().trace_id(), TraceId(7, 8));
  EXPECT_TRUE(span.context().span_id().IsValid());
  EXPECT_NE(span.context().span_id(), SpanId(9));
  EXPECT_EQ(test.pool.counts().not_sampled, 1u);
  EXPECT_EQ(test.pool.counts().taken, 0u);
}

// In each way that a span may start, and in a thread that has started none.
TEST(TracerTest, SpanThatFindsNoRoomStillCarriesItsContext) {
  static const SpanTemplate& of_method =
      *MakeSpanTemplate("method", SpanKind::kClient, {});
  const SpanContext with_state = RemoteParent(1);
  const SpanContext without_state(TraceId(7, 8), SpanId(9), kSampledFlag, true);
  TestTracer test;
  while (test.pool.Take(0) != nullptr) {
  }
  const auto start_all = [&] {
    for (const SpanContext* parent : {&with_state, &without_state}) {
      for (const bool by_name : {true, false}) {
        Span span = by_name ? test.tracer.StartSpan("span", ChildOf(*parent))
                            : test.tracer.StartSpan(of_method, *parent);
        EXPECT_FALSE(span.IsRecording());
        EXPECT_EQ(span.context().trace_id(), TraceId(7, 8));
        EXPECT_NE(span.context().span_id(), SpanId(9));
        EXPECT_TRUE(span.context().IsSampled());
        EXPECT_EQ(span.context().trace_state().ToString(),
                  parent->trace_state().ToString());
        span.SetAttribute("key", "value");
        span.End();
      }
    }
    Span root = test.tracer.StartSpan("root");
    EXPECT_FALSE(root.IsRecording());
    EXPECT_TRUE(root.context().IsValid());
    EXPECT_TRUE(root.context().IsSampled());
  };
  start_all();
  EXPECT_EQ(test.pool.counts().no_free_slot, 6u);
  for (const bool child_first : {true, false}) {
    std::thread([&] {
      if (child_first) {
        EXPECT_FALSE(
            test.tracer.StartSpan(of_method, without_state).IsRecording());
      }
      EXPECT_FALSE(test.tracer.StartSpan("root").IsRecording());
    }).join();
  }
  EXPECT_EQ(test.pool.counts().no_free_slot, 9u);
  EXPECT_TRUE(test.Finished().empty());
}

TEST(TracerTest, TakesStartAndEndFromTheClock) {
  TestTracer test;
  const uint64_t start = test.clock.Ticks();
  Span span = test.tracer.StartSpan("span");
  test.clock.Advance(250);
  span.End();
  test.clock.Advance(1000);
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.start_unix_nanos, FakeClock::kUnixNanos + start);
  EXPECT_EQ(finished.end_unix_nanos, FakeClock::kUnixNanos + start + 250);
}

TEST(TracerTest, TakesStartAndEndFromTheCaller) {
  const struct {
    absl::Time start;
    absl::Time end;
    int64_t duration_nanos;
    const char* reason;
  } kCases[] = {
      {At(100), At(300), 200, "in the past"},
      {At(5000), At(6000), 1000, "in the future"},
      {At(0) - absl::Hours(24), At(0) - absl::Hours(23), 3'600'000'000'000,
       "before the machine was started"},
      {At(0) - kSecond, At(1000), 1'000'001'000, "across its start"},
      {At(300), At(100), 0, "ends before it starts"},
      {At(1000), At(0) - absl::Hours(24), 0, "ends long before it starts"},
  };
  for (const auto& test_case : kCases) {
    TestTracer test;
    StartOptions options;
    options.start_time = test_case.start;
    Span span = test.tracer.StartSpan("span", options);
    span.EndAt(test_case.end);
    const FinishedSpan finished = test.OnlyFinished();
    EXPECT_EQ(
        absl::FromUnixNanos(static_cast<int64_t>(finished.start_unix_nanos)),
        test_case.start)
        << test_case.reason;
    EXPECT_EQ(finished.end_unix_nanos - finished.start_unix_nanos,
              static_cast<uint64_t>(test_case.duration_nanos))
        << test_case.reason;
  }
}

TEST(TracerTest, SpanThatStartedBeforeTheMachineEndsNow) {
  TestTracer test;
  StartOptions options;
  options.start_time = At(0) - absl::Hours(1);
  test.tracer.StartSpan("span", options).End();
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.end_unix_nanos,
            FakeClock::kUnixNanos + test.clock.Ticks());
}

TEST(TracerTest, SpanOfATemplateHasWhatTheTemplateHas) {
  TestTracer test;
  static const SpanTemplate* method = MakeSpanTemplate(
      "pkg.Service/Method", SpanKind::kServer, {{"rpc.system.name", "grpc"}});
  static const SpanTemplate* other =
      MakeSpanTemplate("", SpanKind::kClient, {});
  EXPECT_EQ(other->id, method->id + 1);
  EXPECT_EQ(method->attribute_count, 1u);
  Span span = test.tracer.StartSpan(*method, RemoteParent(kSampledFlag));
  span.SetAttribute("own", 1);
  span.End();
  const FinishedSpan finished = test.OnlyFinished();
  EXPECT_EQ(finished.name, "pkg.Service/Method");
  EXPECT_EQ(finished.kind, SpanKind::kServer);
  EXPECT_EQ(finished.parent_span_id, SpanId(9));
  EXPECT_EQ(
      finished.attributes,
      (FinishedSpan::Attributes{{"own", "1"}, {"rpc.system.name", "grpc"}}));
}

TEST(TracerTest, DisabledTracerRecordsNothingAndHandsTheParentOn) {
  TestTracer test;
  EXPECT_TRUE(test.tracer.enabled());
  Span before = test.tracer.StartSpan("before");
  test.tracer.Disable();
  EXPECT_FALSE(test.tracer.enabled());
  Span after = test.tracer.StartSpan("after", ChildOf(RemoteParent(1)));
  EXPECT_FALSE(after.IsRecording());
  EXPECT_EQ(after.context(), RemoteParent(1));
  EXPECT_FALSE(test.tracer.StartSpan("root").context().IsValid());
  before.End();
  EXPECT_EQ(test.OnlyFinished().name, "before") << "it had started in time";
}

TEST(DefaultTracerTest, RecordsNothingUntilOneIsSet) {
  EXPECT_FALSE(Tracer::Default().enabled());
  EXPECT_FALSE(StartSpan("root").context().IsValid());
  Span span = StartSpan("child", ChildOf(RemoteParent(1)));
  EXPECT_FALSE(span.IsRecording());
  EXPECT_EQ(span.context(), RemoteParent(1)) << "the context goes on";

  TestTracer test;
  TestTracer other;
  Tracer::SetDefault(&test.tracer);
  EXPECT_TRUE(StartSpan("root").IsRecording());
  Tracer::ResetDefault(&other.tracer);
  EXPECT_EQ(&Tracer::Default(), &test.tracer) << "not the default one";
  Tracer::ResetDefault(&test.tracer);
  EXPECT_FALSE(StartSpan("root").IsRecording());
  Tracer::SetDefault(&test.tracer);
  Tracer::SetDefault(nullptr);
  EXPECT_FALSE(Tracer::Default().enabled());
}

}  // namespace
}  // namespace waybill
