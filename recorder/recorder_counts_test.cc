// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What becomes of spans, by reason, and the line that tells of losses.
#include "waybill/recorder/recorder_counts.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kLong = absl::Seconds(60);
constexpr uint64_t kSecond = 1'000'000'000;
constexpr int kSlots = 96;  // of 64 KiB

// A recorder whose exporter answers what the test wants, and its lines.
class RecorderCountsTest : public ::testing::Test {
 protected:
  RecorderCountsTest() {
    RecorderOptions options;
    options.memory_bytes = 64 * 1024;
    options.schedule_delay = options.trace_delay = absl::Hours(1);
    options.clock = &clock_;
    options.log = [this](absl::string_view line) { lines_.emplace_back(line); };
    recorder_ =
        Recorder::Start(std::make_unique<FunctionExporter>(
                            [this](const SpanBatch&) { return answer_; }),
                        std::move(options));
  }

  void EndSpans(int count) {
    for (int i = 0; i < count; ++i) recorder_->tracer().StartSpan("span");
  }
  void EndAndFlush(int count) {
    EndSpans(count);
    ASSERT_TRUE(recorder_->Flush(kLong));
  }

  // Both are touched by the drain thread, and by the test while that rests.
  ExportResult answer_;
  std::vector<std::string> lines_;
  FakeClock clock_;
  std::unique_ptr<Recorder> recorder_;
};

TEST_F(RecorderCountsTest, CountsEachFate) {
  EndAndFlush(3);
  answer_.rejected_spans = 2;
  EndAndFlush(5);
  answer_.rejected_spans = 100;  // more than there were
  EndAndFlush(4);
  answer_.rejected_spans = 1;
  answer_.status = absl::UnavailableError("down");
  EndAndFlush(7);
  Span open = recorder_->tracer().StartSpan("open");
  EndSpans(2);
  const RecorderCounts counts = recorder_->counts();
  EXPECT_EQ(counts.started, 22u);
  EXPECT_EQ(counts.ended, 21u);
  EXPECT_EQ(counts.exported, 6u);
  EXPECT_EQ(counts.rejected, 6u);
  EXPECT_EQ(counts.export_failed, 7u) << "all of a batch that failed";
  EXPECT_EQ(counts.held, 2u);
  EXPECT_EQ(counts.after_shutdown, 0u);
  EXPECT_EQ(counts.dropped(), 13u);
}

TEST_F(RecorderCountsTest, CountsSpansThatFindNoRoom) {
  std::vector<Span> open;
  for (int i = 0; i < kSlots + 3; ++i) {
    open.push_back(recorder_->tracer().StartSpan("open"));
  }
  EXPECT_EQ(recorder_->counts().started, uint64_t{kSlots});
  EXPECT_EQ(recorder_->counts().no_room, 3u);
  open.clear();
  ASSERT_TRUE(recorder_->Flush(kLong));
  EXPECT_EQ(recorder_->counts().exported, uint64_t{kSlots});
  EndAndFlush(1);
  EXPECT_EQ(recorder_->counts().exported, kSlots + 1u) << "there is room again";
  EXPECT_EQ(recorder_->counts().no_room, 3u);
}

TEST_F(RecorderCountsTest, SaysNothingWhereNothingIsLost) {
  EndAndFlush(10);
  clock_.Advance(1000 * kSecond);
  EndAndFlush(1);
  ASSERT_TRUE(recorder_->Shutdown(kLong));
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(RecorderCountsTest, TellsOfLossesAfterAWhileThenOnceAMinute) {
  answer_.status = absl::UnavailableError("down");
  EndAndFlush(2);
  EXPECT_THAT(lines_, IsEmpty()) << "it may be just starting";
  clock_.Advance(10 * kSecond);
  EndAndFlush(1);
  EXPECT_THAT(lines_,
              ElementsAre("waybill: 3 of 3 spans were lost: could not be "
                          "exported to test: UNAVAILABLE: down"));
  lines_.clear();
  clock_.Advance(59 * kSecond);
  EndAndFlush(1);
  EXPECT_THAT(lines_, IsEmpty()) << "said so less than a minute ago";
  clock_.Advance(1 * kSecond);
  answer_ = {absl::OkStatus(), 1};
  EndAndFlush(2);
  EXPECT_THAT(lines_,
              ElementsAre("waybill: 5 of 6 spans were lost: 4 could not be "
                          "exported to test: UNAVAILABLE: down, 1 were "
                          "rejected by test"));
  lines_.clear();
  answer_ = {};
  clock_.Advance(600 * kSecond);
  EndAndFlush(1);
  EXPECT_THAT(lines_, IsEmpty()) << "nothing new to tell";
}

TEST_F(RecorderCountsTest, TellsOfLossesAtTheEnd) {
  {
    std::vector<Span> open;
    for (int i = 0; i < kSlots + 2; ++i) {
      open.push_back(recorder_->tracer().StartSpan("open"));
    }
  }
  ASSERT_TRUE(recorder_->Shutdown(kLong));
  EXPECT_THAT(lines_, ElementsAre("waybill: 2 of 98 spans were lost: found "
                                  "the recorder full"));
}

TEST_F(RecorderCountsTest, WhatABackendSaysIsCutAndEscaped) {
  answer_.status = absl::InternalError("\x1b[31m\n" + std::string(1000, 'x'));
  EndSpans(1);
  ASSERT_TRUE(recorder_->Shutdown(kLong));
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(lines_[0].substr(0, 100),
            "waybill: 1 of 1 spans were lost: could not be exported to test: "
            "INTERNAL: \\x1b[31m\\nxxxxxxxxxxxxxxxx");
  EXPECT_LT(lines_[0].size(), 300u);
}

}  // namespace
}  // namespace waybill
