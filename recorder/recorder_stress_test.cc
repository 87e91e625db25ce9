// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Several threads produce more than the recorder can hold, for exporters of
// every temper: each span must be accounted for, and each that is exported
// must hold exactly what was put into it.
//
// The content of a span follows from its id, so that the exporter can tell of
// every byte whether it belongs there.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

constexpr int kThreads = 4;
constexpr int kSpansPerThread = 1000;
constexpr int kAttributes = 4;

std::string NameOf(SpanId id) { return absl::StrCat("span ", id.ToHex()); }

std::string KeyOf(int number) { return absl::StrCat("key", number); }

// Mostly short; one in 64 needs more than a slot.
std::string ValueOf(SpanId id, int number) {
  const uint64_t seed =
      id.value() * 2654435761u + static_cast<uint64_t>(number);
  const size_t size = seed % 64 == 0 ? 400 : (seed >> 8) % 24;
  std::string value;
  for (size_t i = 0; i < size; ++i) {
    value.push_back(static_cast<char>('a' + (seed + i * 7) % 26));
  }
  return value;
}

// Set by any thread that comes across the span, while it lasts.
constexpr char kShared[] = "shared";

int64_t SharedValueOf(SpanId id) { return static_cast<int64_t>(~id.value()); }

void Check(const SpanView& span) {
  ASSERT_EQ(span.name(), NameOf(span.span_id()));
  uint32_t own = 0;
  span.ForEachAttribute([&](const AttributeView& attribute) {
    if (attribute.key() == kShared) {
      EXPECT_EQ(attribute.int_value(), SharedValueOf(span.span_id()));
      return;
    }
    int number = 0;
    while (number < kAttributes && attribute.key() != KeyOf(number)) ++number;
    ASSERT_LT(number, kAttributes) << attribute.key();
    EXPECT_EQ(attribute.string_value(), ValueOf(span.span_id(), number));
    ++own;
  });
  // Each was set twice.
  EXPECT_LE(own, uint32_t{kAttributes});
  EXPECT_GE(own + span.dropped_attributes(), uint32_t{kAttributes});
  uint32_t events = 0;
  span.ForEachEvent([&](const EventView& event) {
    EXPECT_EQ(event.name(), "event");
    event.ForEachAttribute([&](const AttributeView& attribute) {
      EXPECT_EQ(attribute.string_value(), ValueOf(span.span_id(), 0));
    });
    ++events;
  });
  EXPECT_EQ(events + span.dropped_events(), 1u);
}

// Spans on their way to the thread that will end them.
class Mailbox {
 public:
  void Put(Span span) {
    MutexLock lock(&mutex_);
    spans_.push_back(std::move(span));
  }
  std::vector<Span> TakeAll() {
    MutexLock lock(&mutex_);
    return std::exchange(spans_, {});
  }

 private:
  Mutex mutex_;
  std::vector<Span> spans_ ABSL_GUARDED_BY(mutex_);
};

// A span that somebody is working on just now.
class Board {
 public:
  void Show(const SpanRef& span) {
    MutexLock lock(&mutex_);
    span_ = span;
  }
  SpanRef Look() {
    MutexLock lock(&mutex_);
    return span_;
  }

 private:
  Mutex mutex_;
  SpanRef span_ ABSL_GUARDED_BY(mutex_);
};

enum class Temper { kFast, kFailing, kSlow, kHanging };

class RecorderStressTest
    : public ::testing::TestWithParam<std::tuple<size_t, Temper>> {
 protected:
  RecorderStressTest() {
    RecorderOptions options;
    options.memory_bytes = std::get<0>(GetParam());
    options.trace_delay = absl::Milliseconds(1);
    options.max_batch_spans = 64;
    options.log = [](absl::string_view) {};
    recorder_ = Recorder::Start(
        std::make_unique<FunctionExporter>(
            [this](const SpanBatch& batch) { return Export(batch); },
            [this] { cancelled_.Open(); }),
        std::move(options));
  }

  // By the drain thread.
  ExportResult Export(const SpanBatch& batch) {
    for (const SpanView& span : batch.spans) {
      Check(span);
      ids_.push_back(span.span_id().value());
    }
    const size_t size = batch.spans.size();
    switch (std::get<1>(GetParam())) {
      case Temper::kFast:
        break;
      case Temper::kSlow: {
        // Four spans start in the time that it takes to export one.
        const uint64_t until = tried_ + size * 4;
        while (tried_ < until && running_ > 0) std::this_thread::yield();
        break;
      }
      case Temper::kFailing:
        if (++batches_ % 3 == 0) {
          failed_ += size;
          return {absl::UnavailableError("down"), 0};
        }
        if (batches_ % 3 == 1) {
          ++rejected_;
          exported_ += size - 1;
          return {absl::OkStatus(), 1};
        }
        break;
      case Temper::kHanging:
        cancelled_.Wait();
        failed_ += size;
        return {absl::CancelledError("time is up"), 0};
    }
    exported_ += size;
    return {};
  }

  void Produce(int number) {
    Mailbox& own = mailboxes_[number];
    Mailbox& next = mailboxes_[(number + 1) % kThreads];
    for (int i = 0; i < kSpansPerThread; ++i) {
      ++tried_;
      Span span = recorder_->tracer().StartSpan("unnamed");
      ++(span.IsRecording() ? recorded_ : no_room_);
      const SpanId id = span.context().span_id();
      board_.Show(span);
      span.UpdateName(NameOf(id));
      for (int j = 0; j < kAttributes; ++j) span.SetAttribute(KeyOf(j), "old");
      span.AddEvent("event", {{"text", ValueOf(id, 0)}});
      const SpanRef other = board_.Look();
      other.SetAttribute(kShared, SharedValueOf(other.context().span_id()));
      for (int j = 0; j < kAttributes; ++j) {
        span.SetAttribute(KeyOf(j), ValueOf(id, j));
      }
      if (i % 3 == 0) next.Put(std::move(span));
      if (i % 7 == 0) own.TakeAll();  // which ends them
    }
    --running_;
  }

  std::unique_ptr<Recorder> recorder_;
  Board board_;
  Mailbox mailboxes_[kThreads];
  Gate cancelled_;
  std::atomic<int> running_{kThreads};
  std::atomic<uint64_t> tried_{0};
  std::atomic<uint64_t> recorded_{0};
  std::atomic<uint64_t> no_room_{0};

  // The drain thread's, until the shutdown.
  std::vector<uint64_t> ids_;
  uint64_t batches_ = 0;
  uint64_t exported_ = 0;
  uint64_t failed_ = 0;
  uint64_t rejected_ = 0;
};

uint64_t Accounted(const RecorderCounts& counts) {
  return counts.exported + counts.export_failed + counts.rejected +
         counts.after_shutdown + counts.held;
}

TEST_P(RecorderStressTest, AccountsForEverySpanAndKeepsItIntact) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back([=] { Produce(t); });
  while (running_ > 0) {
    const RecorderCounts counts = recorder_->counts();
    ASSERT_EQ(counts.ended, Accounted(counts));
    ASSERT_LE(counts.ended, counts.started);
    ASSERT_LE(counts.held, std::get<0>(GetParam()) / SpanSlot::kBytes);
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  // One span stays in the box and ends when all is over.
  std::vector<Span> late;
  for (Mailbox& mailbox : mailboxes_) {
    for (Span& span : mailbox.TakeAll()) {
      if (late.empty() && span.IsRecording()) late.push_back(std::move(span));
    }
  }
  // Whether what was broken off has ended by then is the machine's affair.
  const bool hangs = std::get<1>(GetParam()) == Temper::kHanging;
  const absl::Duration deadline =
      hangs ? absl::Milliseconds(100) : absl::Seconds(60);
  EXPECT_TRUE(recorder_->Shutdown(deadline) || hangs);
  EXPECT_TRUE(recorder_->Flush(absl::Seconds(60)));
  const uint64_t ended_late = late.size();
  late.clear();
  // The thread may be on its last steps; what ends then is held until it is
  // gone.
  while (recorder_->counts().held > 0) std::this_thread::yield();

  const RecorderCounts counts = recorder_->counts();
  EXPECT_EQ(counts.started, recorded_);
  EXPECT_EQ(counts.no_room, no_room_);
  EXPECT_EQ(counts.started + counts.no_room,
            uint64_t{kThreads} * kSpansPerThread);
  EXPECT_EQ(counts.ended, counts.started);
  if (std::get<1>(GetParam()) >= Temper::kSlow &&
      std::get<0>(GetParam()) == SlotPool::kMinBytes) {
    EXPECT_GT(counts.no_room, 0u) << "this was to be more than it can hold";
  }
  EXPECT_EQ(counts.ended, Accounted(counts));
  EXPECT_EQ(counts.exported, exported_);
  EXPECT_EQ(counts.export_failed, failed_);
  EXPECT_EQ(counts.rejected, rejected_);
  EXPECT_EQ(counts.after_shutdown, ended_late);
  EXPECT_EQ(counts.held, 0u);
  std::sort(ids_.begin(), ids_.end());
  EXPECT_EQ(std::adjacent_find(ids_.begin(), ids_.end()), ids_.end())
      << "a span was exported twice";
  EXPECT_EQ(ids_.size(), exported_ + failed_ + rejected_);
}

std::string NameOfCase(
    const ::testing::TestParamInfo<std::tuple<size_t, Temper>>& info) {
  constexpr const char* kTempers[] = {"Fast", "Failing", "Slow", "Hanging"};
  return absl::StrCat(std::get<0>(info.param) / 1024, "KiB",
                      kTempers[static_cast<int>(std::get<1>(info.param))]);
}

INSTANTIATE_TEST_SUITE_P(
    MemoryAndExporter, RecorderStressTest,
    ::testing::Combine(::testing::Values(64 << 10, 256 << 10, 1 << 20, 8 << 20),
                       ::testing::Values(Temper::kFast, Temper::kSlow,
                                         Temper::kFailing, Temper::kHanging)),
    NameOfCase);

}  // namespace
}  // namespace waybill
