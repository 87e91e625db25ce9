// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The end of a recorder, and what comes after it.
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/test_util.h"
#include "waybill/testing/in_memory_exporter.h"

namespace waybill {
namespace {

constexpr absl::Duration kLong = absl::Seconds(60);

// Of a size of its own for each test, so that none meets another one's memory.
RecorderOptions Quiet(size_t memory_bytes = 64 * 1024) {
  RecorderOptions options;
  options.memory_bytes = memory_bytes;
  options.schedule_delay = options.trace_delay = absl::Hours(1);
  options.log = [](absl::string_view) {};
  return options;
}

std::unique_ptr<FunctionExporter> Accepting() {
  return std::make_unique<FunctionExporter>(
      [](const SpanBatch&) { return ExportResult(); });
}

void ExpectIdentity(const RecorderCounts& counts) {
  EXPECT_EQ(counts.ended, counts.exported + counts.export_failed +
                              counts.rejected + counts.after_shutdown +
                              counts.held);
  EXPECT_GE(counts.started, counts.ended);
}

TEST(RecorderShutdownTest, ExportsWhatHasEnded) {
  auto exporter = std::make_unique<InMemoryExporter>();
  const auto spans = exporter->spans();
  auto recorder = Recorder::Start(std::move(exporter), Quiet());
  for (int i = 0; i < 50; ++i) recorder->tracer().StartSpan("span");
  EXPECT_TRUE(recorder->Shutdown(kLong));
  EXPECT_EQ(spans->Get().size(), 50u);
  EXPECT_EQ(recorder->counts().exported, 50u);
}

TEST(RecorderShutdownTest, DestructorShutsDown) {
  auto exporter = std::make_unique<InMemoryExporter>();
  const auto spans = exporter->spans();
  {
    auto recorder = Recorder::Start(std::move(exporter), Quiet());
    Tracer::SetDefault(&recorder->tracer());
    StartSpan("span");
  }
  EXPECT_EQ(spans->Get().size(), 1u);
  EXPECT_FALSE(Tracer::Default().enabled());
}

TEST(RecorderShutdownTest, LaterCallsAreDefined) {
  auto recorder = Recorder::Start(Accepting(), Quiet());
  Tracer& tracer = recorder->tracer();
  tracer.StartSpan("span");
  EXPECT_TRUE(recorder->Shutdown(kLong));
  EXPECT_TRUE(recorder->Shutdown(absl::ZeroDuration())) << "the first answer";
  EXPECT_TRUE(recorder->Flush(absl::ZeroDuration())) << "nothing is held";
  EXPECT_FALSE(tracer.StartSpan("late").IsRecording());
  EXPECT_EQ(recorder->counts().started, 1u);
  recorder.reset();
  EXPECT_FALSE(tracer.StartSpan("later").IsRecording());
}

TEST(RecorderShutdownTest, LeavesAnotherDefaultTracerAlone) {
  auto one = Recorder::Start(Accepting(), Quiet());
  auto two = Recorder::Start(Accepting(), Quiet());
  Tracer::SetDefault(&two->tracer());
  one->Shutdown(kLong);
  EXPECT_EQ(&Tracer::Default(), &two->tracer());
  two->Shutdown(kLong);
  EXPECT_FALSE(Tracer::Default().enabled());
}

TEST(RecorderShutdownTest, CountsSpansThatEndLater) {
  auto recorder = Recorder::Start(Accepting(), Quiet(100 * 1024));
  Span open = recorder->tracer().StartSpan("open");
  Span other = recorder->tracer().StartSpan("other");
  recorder->tracer().StartSpan("in time");
  ASSERT_TRUE(recorder->Shutdown(kLong));
  EXPECT_EQ(recorder->counts().after_shutdown, 0u);
  EXPECT_TRUE(open.IsRecording()) << "harmless, if in vain";
  open.SetAttribute("key", std::string(1000, 'v'));
  open.End();
  const RecorderCounts counts = recorder->counts();
  EXPECT_EQ(counts.started, 3u);
  EXPECT_EQ(counts.ended, 2u);
  EXPECT_EQ(counts.exported, 1u);
  EXPECT_EQ(counts.after_shutdown, 1u);
  EXPECT_EQ(counts.held, 0u);
}

TEST(RecorderShutdownTest, ReturnsInTimeThoughTheBackendHangs) {
  Gate cancelled;
  std::atomic<int> exports{0};
  auto recorder =
      Recorder::Start(std::make_unique<FunctionExporter>(
                          [&](const SpanBatch&) {
                            ++exports;
                            cancelled.Wait();
                            return ExportResult{absl::CancelledError(""), 0};
                          },
                          [&] { cancelled.Open(); }),
                      Quiet());
  recorder->tracer().StartSpan("span");
  EXPECT_TRUE(recorder->Shutdown(absl::Seconds(2)))
      << "the last tenth is for what has to be broken off";
  EXPECT_EQ(exports, 1);
  EXPECT_EQ(recorder->counts().export_failed, 1u);
}

TEST(RecorderShutdownTest, LeavesAThreadBehindThatNothingCanStop) {
  Gate gate;
  Gate done;
  std::atomic<bool> destroyed{false};
  struct Exporter final : SpanExporter {
    Exporter(Gate* gate_in, std::atomic<bool>* destroyed_in)
        : gate(gate_in), destroyed(destroyed_in) {}
    ~Exporter() override { *destroyed = true; }
    ExportResult Export(const SpanBatch&) override {
      gate->Wait();
      return {};
    }
    std::string Description() const override { return "test"; }
    Gate* gate;
    std::atomic<bool>* destroyed;
  };
  RecorderOptions options = Quiet(200 * 1024);
  options.log = [&](absl::string_view) { done.Open(); };
  auto recorder = Recorder::Start(std::make_unique<Exporter>(&gate, &destroyed),
                                  std::move(options));
  recorder->tracer().StartSpan("hangs");
  EXPECT_FALSE(recorder->Flush(absl::ZeroDuration()));
  EXPECT_FALSE(recorder->Shutdown(absl::Milliseconds(20)));
  EXPECT_FALSE(recorder->Shutdown(kLong)) << "the first answer, at once";
  ExpectIdentity(recorder->counts());
  EXPECT_EQ(recorder->counts().held, 1u);

  // The memory is still in use, so a new recorder gets some of its own.
  auto next = Recorder::Start(Accepting(), Quiet(200 * 1024));
  next->tracer().StartSpan("span");
  EXPECT_TRUE(next->Shutdown(kLong));
  EXPECT_EQ(next->counts().exported, 1u);

  recorder.reset();
  EXPECT_FALSE(destroyed) << "it is being used";
  gate.Open();
  while (!destroyed) std::this_thread::yield();
}

TEST(RecorderShutdownTest, LaterRecorderTakesOverTheMemory) {
  constexpr size_t kBytes = 300 * 1024;
  auto first = Recorder::Start(Accepting(), Quiet(kBytes));
  Span closed_between = first->tracer().StartSpan("closed between");
  Span closed_later = first->tracer().StartSpan("closed later");
  Span never_closed = first->tracer().StartSpan("never closed");
  first->tracer().StartSpan("exported");
  ASSERT_TRUE(first->Shutdown(kLong));
  closed_between.End();

  auto exporter = std::make_unique<InMemoryExporter>();
  const auto spans = exporter->spans();
  auto second = Recorder::Start(std::move(exporter), Quiet(kBytes));
  RecorderCounts counts = second->counts();
  EXPECT_EQ(counts.started, 2u) << "what is still open comes along";
  EXPECT_EQ(counts.ended, 0u);
  EXPECT_EQ(counts.held, 0u);
  closed_later.End();
  second->tracer().StartSpan("own");
  ASSERT_TRUE(second->Flush(kLong));
  counts = second->counts();
  EXPECT_EQ(counts.started, 3u);
  EXPECT_EQ(counts.ended, 2u);
  EXPECT_EQ(counts.exported, 1u);
  EXPECT_EQ(counts.after_shutdown, 1u) << "nobody lost it uncounted";
  ExpectIdentity(counts);
  ASSERT_EQ(spans->Get().size(), 1u);
  EXPECT_EQ(spans->Get()[0].name, "own");

  counts = first->counts();
  EXPECT_EQ(counts.started, 4u);
  EXPECT_EQ(counts.ended, 2u) << "the second one's spans are not the first's";
  EXPECT_EQ(counts.exported, 1u);
  EXPECT_EQ(counts.after_shutdown, 1u);
  ExpectIdentity(counts);
}

TEST(RecorderShutdownTest, RestartsDoNotUseMoreMemory) {
  constexpr size_t kBytes = 400 * 1024;
  const void* first = nullptr;
  for (int i = 0; i < 10; ++i) {
    const void* slot = nullptr;
    auto recorder = Recorder::Start(
        std::make_unique<FunctionExporter>([&](const SpanBatch& batch) {
          slot = batch.spans[0].name().data();
          return ExportResult();
        }),
        Quiet(kBytes));
    recorder->tracer().StartSpan("span");
    ASSERT_TRUE(recorder->Shutdown(kLong));
    if (first == nullptr) first = slot;
    // A page of slots that this thread's shard begins with.
    EXPECT_LT(std::abs(static_cast<const char*>(slot) -
                       static_cast<const char*>(first)),
              static_cast<ptrdiff_t>(kBytes));
  }
}

TEST(RecorderShutdownTest, ShutdownDuringTrafficLosesNothingUncounted) {
  constexpr int kThreads = 3;
  constexpr int kRestarts = 10;
  std::atomic<Tracer*> tracer{nullptr};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        Tracer* current = tracer;
        if (current == nullptr) continue;
        Span span = current->StartSpan("span");
        span.SetAttribute("key", "value");
      }
    });
  }
  std::vector<std::unique_ptr<Recorder>> recorders;
  uint64_t exported = 0;
  for (int i = 0; i < kRestarts; ++i) {
    recorders.push_back(Recorder::Start(
        std::make_unique<FunctionExporter>([&](const SpanBatch& batch) {
          exported += batch.spans.size();
          return ExportResult();
        }),
        Quiet(500 * 1024)));
    tracer = &recorders.back()->tracer();
    while (recorders.back()->counts().ended < 200) std::this_thread::yield();
    ASSERT_TRUE(recorders.back()->Shutdown(kLong));
    ExpectIdentity(recorders.back()->counts());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  uint64_t counted = 0;
  for (const auto& recorder : recorders) {
    const RecorderCounts counts = recorder->counts();
    ExpectIdentity(counts);
    EXPECT_EQ(counts.held, 0u);
    counted += counts.exported;
  }
  EXPECT_EQ(recorders.back()->counts().started,
            recorders.back()->counts().ended);
  EXPECT_EQ(counted, exported);
}

}  // namespace
}  // namespace waybill
