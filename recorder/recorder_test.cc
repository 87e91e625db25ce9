// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/recorder.h"

#include <pthread.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/test_util.h"
#include "waybill/testing/in_memory_exporter.h"
#include "waybill/testing/span_tree.h"

namespace waybill {
namespace {

// Longer than any machine takes; nothing waits this long unless it is broken.
constexpr absl::Duration kLong = absl::Seconds(60);

// Exports when told to, and says nothing.
RecorderOptions Quiet() {
  RecorderOptions options;
  options.memory_bytes = 64 * 1024;
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Hours(1);
  options.log = [](absl::string_view) {};
  return options;
}

struct InMemory {
  explicit InMemory(RecorderOptions options = Quiet()) {
    auto exporter = std::make_unique<InMemoryExporter>();
    spans = exporter->spans();
    recorder = Recorder::Start(std::move(exporter), std::move(options));
  }
  std::shared_ptr<FinishedSpans> spans;
  std::unique_ptr<Recorder> recorder;
};

TEST(RecorderTest, ExportsAWholeTrace) {
  InMemory test;
  {
    StartOptions options;
    options.kind = SpanKind::kServer;
    Span server = test.recorder->tracer().StartSpan("checkout", options);
    Scope scope(server);
    test.recorder->tracer().StartSpan("reserve").SetOk();
    Span charge = test.recorder->tracer().StartSpan("charge");
    charge.SetError("declined");
    Scope inner(charge);
    test.recorder->tracer().StartSpan("bank");
  }
  EXPECT_TRUE(test.recorder->Flush(kLong));
  EXPECT_EQ(SpanTree(test.spans->Get()),
            "checkout SERVER\n"
            "  reserve INTERNAL OK\n"
            "  charge INTERNAL ERROR\n"
            "    bank INTERNAL\n");
}

TEST(RecorderTest, TakesTimesFromTheInjectedClock) {
  FakeClock clock;
  RecorderOptions options = Quiet();
  options.clock = &clock;
  InMemory test(std::move(options));
  const uint64_t start = clock.Ticks();
  Span span = test.recorder->tracer().StartSpan("span");
  clock.Advance(1'000'000'000);
  span.End();
  ASSERT_TRUE(test.recorder->Shutdown(kLong));
  const FinishedSpan finished = test.spans->Get().at(0);
  EXPECT_EQ(finished.start_unix_nanos, FakeClock::kUnixNanos + start);
  EXPECT_EQ(finished.end_unix_nanos - finished.start_unix_nanos, 1'000'000'000);
}

TEST(RecorderTest, AppliesLimitsAndSampler) {
  RecorderOptions options = Quiet();
  options.limits.attributes = 1;
  options.sampler = ParentBased(AlwaysOff());
  InMemory test(std::move(options));
  test.recorder->tracer().StartSpan("not sampled");
  StartOptions child;
  child.parent = SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag, true);
  test.recorder->tracer()
      .StartSpan("sampled", child)
      .SetAttributes({{"a", 1}, {"b", 2}});
  ASSERT_TRUE(test.recorder->Flush(kLong));
  ASSERT_EQ(test.spans->Get().size(), 1u);
  EXPECT_EQ(test.spans->Get()[0].name, "sampled");
  EXPECT_EQ(test.spans->Get()[0].dropped_attributes, 1u);
  EXPECT_EQ(test.recorder->counts().not_sampled, 1u);
}

TEST(RecorderTest, HandsResourceAndCountsToTheExporter) {
  RecorderOptions options = Quiet();
  options.resource.attributes = {{"service.name", "checkout"}};
  std::string service;
  RecorderCounts seen;
  auto recorder = Recorder::Start(
      std::make_unique<FunctionExporter>([&](const SpanBatch& batch) {
        service = batch.resource.attributes.at(0).second;
        seen = batch.counts;
        return ExportResult();
      }),
      std::move(options));
  recorder->tracer().StartSpan("span");
  ASSERT_TRUE(recorder->Flush(kLong));
  EXPECT_EQ(service, "checkout");
  EXPECT_EQ(seen.ended, 1u);
  EXPECT_EQ(seen.held, 1u) << "being exported is not exported";
  EXPECT_EQ(recorder->counts().held, 0u);
}

TEST(RecorderTest, SplitsWhatItHoldsIntoBatches) {
  const struct {
    size_t max_batch_spans;
    std::vector<size_t> sizes;
    const char* reason;
  } kCases[] = {
      {4, {4, 4, 2}, "the last one is what is left"},
      {10, {10}, "just one"},
      {0, std::vector<size_t>(10, 1), "at least one span goes at a time"},
      {~size_t{0}, {10}, "no limit but the memory"},
  };
  for (const auto& test : kCases) {
    RecorderOptions options = Quiet();
    options.max_batch_spans = test.max_batch_spans;
    std::vector<size_t> sizes;
    auto recorder = Recorder::Start(
        std::make_unique<FunctionExporter>([&](const SpanBatch& batch) {
          sizes.push_back(batch.spans.size());
          return ExportResult();
        }),
        std::move(options));
    for (int i = 0; i < 10; ++i) recorder->tracer().StartSpan("span");
    ASSERT_TRUE(recorder->Flush(kLong));
    EXPECT_EQ(sizes, test.sizes) << test.reason;
  }
}

// An exporter that opens a gate at the first span, so that a test can see that
// the drain thread came without being asked.
std::unique_ptr<Recorder> StartWithGate(Gate* gate, RecorderOptions options) {
  return Recorder::Start(
      std::make_unique<FunctionExporter>([gate](const SpanBatch&) {
        gate->Open();
        return ExportResult();
      }),
      std::move(options));
}

TEST(RecorderTest, EndOfALocalRootWakesTheDrainThread) {
  const struct {
    SpanContext parent;
    const char* reason;
  } kCases[] = {
      {SpanContext(), "a root"},
      {SpanContext(TraceId(1, 1), SpanId(1), kSampledFlag, true),
       "the first span of this process in its trace"},
  };
  for (const auto& test : kCases) {
    Gate exported;
    RecorderOptions options = Quiet();
    options.trace_delay = absl::Milliseconds(1);
    auto recorder = StartWithGate(&exported, std::move(options));
    StartOptions start;
    start.parent = test.parent;
    recorder->tracer().StartSpan("root", start);
    EXPECT_TRUE(exported.WaitFor(std::chrono::seconds(60))) << test.reason;
  }
}

TEST(RecorderTest, OtherSpansWaitForTheSchedule) {
  Gate exported;
  RecorderOptions options = Quiet();
  options.schedule_delay = absl::Milliseconds(1);
  options.trace_delay = absl::ZeroDuration();
  auto recorder = StartWithGate(&exported, std::move(options));
  StartOptions child;
  child.parent = SpanContext(TraceId(1, 1), SpanId(1), kSampledFlag, false);
  recorder->tracer().StartSpan("child of a local span", child);
  EXPECT_TRUE(exported.WaitFor(std::chrono::seconds(60)));
}

TEST(RecorderTest, MemoryThatRunsLowWakesTheDrainThread) {
  Gate exported;
  auto recorder = StartWithGate(&exported, Quiet());
  StartOptions child;
  child.parent = SpanContext(TraceId(1, 1), SpanId(1), kSampledFlag, false);
  for (int i = 0; i < 96; ++i) recorder->tracer().StartSpan("child", child);
  EXPECT_TRUE(exported.WaitFor(std::chrono::seconds(60)));
}

TEST(RecorderTest, FlushWaitsForWhatEndedBeforeIt) {
  InMemory test;
  for (size_t i = 1; i <= 20; ++i) {
    test.recorder->tracer().StartSpan("span");
    ASSERT_TRUE(test.recorder->Flush(absl::InfiniteDuration()));
    ASSERT_EQ(test.spans->Get().size(), i);
  }
}

TEST(RecorderTest, FlushHasADeadline) {
  Gate gate;
  auto recorder =
      Recorder::Start(std::make_unique<FunctionExporter>([&](const SpanBatch&) {
                        gate.Wait();
                        return ExportResult();
                      }),
                      Quiet());
  recorder->tracer().StartSpan("span");
  EXPECT_FALSE(recorder->Flush(absl::Milliseconds(20)));
  EXPECT_FALSE(recorder->Flush(absl::ZeroDuration()));
  EXPECT_FALSE(recorder->Flush(-absl::InfiniteDuration()));
  gate.Open();
  EXPECT_TRUE(recorder->Flush(kLong));
}

TEST(RecorderTest, SpanMayEndOnAnotherThread) {
  InMemory test;
  Span span = test.recorder->tracer().StartSpan("span");
  std::thread([&] {
    span.SetAttribute("thread", "other");
    span.End();
  }).join();
  ASSERT_TRUE(test.recorder->Flush(kLong));
  EXPECT_EQ(test.spans->Get().at(0).attributes.at("thread"), "other");
}

TEST(RecorderTest, SeveralRecordersKeepTheirSpansApart) {
  InMemory one;
  InMemory two;
  one.recorder->tracer().StartSpan("one");
  two.recorder->tracer().StartSpan("two");
  two.recorder->tracer().StartSpan("two");
  ASSERT_TRUE(one.recorder->Flush(kLong));
  ASSERT_TRUE(two.recorder->Flush(kLong));
  EXPECT_EQ(one.spans->Get().size(), 1u);
  EXPECT_EQ(two.spans->Get().size(), 2u);
  EXPECT_EQ(one.recorder->counts().exported, 1u);
  EXPECT_EQ(two.recorder->counts().exported, 2u);
}

// New threads get no stack as long as this lives.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size_t{1} << 47);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

TEST(RecorderTest, AsksAgainWhereTheSystemHasNoThreadToGive) {
  InMemory test = [] {
    NoThreads no_threads;
    InMemory started;
    started.recorder->tracer().StartSpan("one");
    EXPECT_FALSE(started.recorder->Flush(absl::ZeroDuration()));
    return started;
  }();
  EXPECT_TRUE(test.spans->Get().empty());
  test.recorder->tracer().StartSpan("two");
  EXPECT_TRUE(test.recorder->Flush(kLong));
  EXPECT_EQ(test.spans->Get().size(), 2u);
}

}  // namespace
}  // namespace waybill
