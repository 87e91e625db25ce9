// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Random lists of operations on a recorder, beside a model that is too simple
// to be wrong. After each operation the counts must be the model's, and after
// each flush what was exported must be what the model says, to the letter.
//
// A test's number is the seed of its list: --gtest_filter=*/17 repeats it.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/test_util.h"
#include "waybill/testing/in_memory_exporter.h"

namespace waybill {
namespace {

constexpr absl::Duration kLong = absl::Seconds(60);
constexpr int kOperations = 400;
constexpr int kSeeds = 16;

// What a span should look like once it is exported.
struct ModelSpan {
  Span span;
  bool adopted = false;  // began for a recorder that is gone
  std::string name;
  SpanId parent;
  std::map<std::string, std::string> attributes;
  size_t events = 0;
  size_t links = 0;
  StatusCode status = StatusCode::kUnset;
};

class RecorderPropertyTest : public ::testing::TestWithParam<int> {
 protected:
  RecorderPropertyTest() : random_(static_cast<uint32_t>(GetParam())) {
    Start();
  }

  size_t Pick(size_t count) { return random_() % count; }

  void Start() {
    RecorderOptions options;
    options.memory_bytes = 64 * 1024;
    options.schedule_delay = options.trace_delay = absl::Hours(1);
    options.max_batch_spans = 10;
    options.log = [](absl::string_view) {};
    recorder_ = Recorder::Start(
        std::make_unique<FunctionExporter>([this](const SpanBatch& batch) {
          MutexLock lock(&store_->mutex);
          for (const SpanView& view : batch.spans) {
            store_->spans.push_back(CopySpan(view));
          }
          return ExportResult();
        }),
        std::move(options));
    EXPECT_TRUE(recorder_->Flush(kLong));  // its thread is up
    started_ = 0;
    for (ModelSpan& span : open_) {
      span.adopted = true;
      started_ += span.span.IsRecording() ? 1 : 0;
    }
    ended_ = after_shutdown_ = no_room_ = 0;
  }

  // The operations.

  void StartSpan() {
    ModelSpan model;
    model.name = absl::StrCat("span", ++names_);
    StartOptions options;
    options.parent = SpanContext();
    if (!open_.empty() && Pick(3) != 0) {
      options.parent = open_[Pick(open_.size())].span.context();
      model.parent = options.parent->span_id();
    }
    model.span = recorder_->tracer().StartSpan(model.name, options);
    ++(model.span.IsRecording() ? started_ : no_room_);
    open_.push_back(std::move(model));
  }

  void SetAttribute(ModelSpan* span) {
    const std::string key = absl::StrCat("key", Pick(6));
    // Up to what needs more than a slot; together within the overflow budget.
    const std::string value(Pick(20) == 0 ? Pick(500) : Pick(30), 'v');
    span->span.SetAttribute(key, value);
    span->attributes[key] = value;
  }

  void SetStatus(ModelSpan* span) {
    if (Pick(2) == 0) {
      span->span.SetOk();
      span->status = StatusCode::kOk;
    } else {
      span->span.SetError("broken");
      if (span->status != StatusCode::kOk) span->status = StatusCode::kError;
    }
  }

  void EndSpan(size_t number) {
    std::swap(open_[number], open_.back());
    ModelSpan model = std::move(open_.back());
    open_.pop_back();
    const bool recording = model.span.IsRecording();
    if (Pick(4) == 0) {
      std::thread([&model] { model.span.End(); }).join();
    } else {
      model.span.End();
    }
    ASSERT_FALSE(model.span.IsRecording());
    model.span.SetAttribute("late", 1);
    if (!recording) return;
    ++ended_;
    if (model.adopted) {
      ++after_shutdown_;
    } else {
      expected_[model.span.context().span_id().value()] = std::move(model);
    }
  }

  void Flush() {
    ASSERT_TRUE(recorder_->Flush(kLong));
    CheckExported();
    EXPECT_EQ(recorder_->counts().held, 0u);
    EXPECT_EQ(recorder_->counts().after_shutdown, after_shutdown_);
  }

  void Restart() {
    ASSERT_TRUE(recorder_->Shutdown(kLong));
    CheckExported();
    if (!open_.empty()) {
      // It ends when there is nobody to export it.
      for (ModelSpan& span : open_) span.adopted = true;
      EndSpan(Pick(open_.size()));
      CheckCounts();
    }
    Start();
  }

  void Fork() {
#ifdef __SANITIZE_THREAD__
    // TSan's runtime does not survive a fork while there are threads.
    return Flush();
#endif
    pid_t child = 0;
    {
      // Nor does ASan's, while another thread allocates: the exporter waits.
      MutexLock lock(&store_->mutex);
      child = fork();
    }
    ASSERT_GE(child, 0);
    if (child == 0) {
      RunChild();
      _exit(HasFailure() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << "in the child";
  }

  void RunChild() {
    store_ = new Store;
    for (const ModelSpan& span : open_) {
      EXPECT_FALSE(span.span.IsRecording());
      span.span.SetAttribute("key", "in the child");
    }
    open_.clear();
    expected_.clear();
    started_ = ended_ = after_shutdown_ = no_room_ = 0;
    CheckCounts();
    const size_t spans = Pick(100);
    for (size_t i = 0; i < spans; ++i) {
      StartSpan();
      if (Pick(2) == 0) EndSpan(Pick(open_.size()));
      CheckCounts();
    }
    Flush();
    if (Pick(2) == 0) Fork();
    Restart();
    StartSpan();
    EndSpan(0);
    Flush();
  }

  // The invariants.

  void CheckCounts() {
    const RecorderCounts counts = recorder_->counts();
    EXPECT_EQ(counts.started, started_);
    EXPECT_EQ(counts.ended, ended_);
    EXPECT_EQ(counts.no_room, no_room_);
    EXPECT_EQ(counts.ended,
              counts.exported + counts.after_shutdown + counts.held);
    EXPECT_EQ(counts.export_failed + counts.rejected, 0u);
    const auto open = static_cast<uint64_t>(std::count_if(
        open_.begin(), open_.end(),
        [](const ModelSpan& span) { return span.span.IsRecording(); }));
    EXPECT_EQ(counts.started, counts.ended + open);
  }

  void CheckExported() {
    std::vector<FinishedSpan> exported;
    {
      MutexLock lock(&store_->mutex);
      exported.swap(store_->spans);
    }
    for (const FinishedSpan& span : exported) {
      const auto found = expected_.find(span.span_id.value());
      ASSERT_NE(found, expected_.end()) << span.name << ": not ended, or twice";
      const ModelSpan& model = found->second;
      EXPECT_EQ(span.name, model.name);
      EXPECT_EQ(span.parent_span_id, model.parent);
      EXPECT_EQ(span.attributes, model.attributes);
      EXPECT_EQ(span.events.size(), model.events);
      EXPECT_EQ(span.links.size(), model.links);
      EXPECT_EQ(span.status, model.status);
      EXPECT_EQ(
          span.dropped_attributes + span.dropped_events + span.dropped_links,
          0u);
      expected_.erase(found);
    }
    EXPECT_TRUE(expected_.empty()) << expected_.size() << " are missing";
    expected_.clear();
  }

  void RunOne() {
    const size_t choice = Pick(100);
    if (choice < 30 || open_.empty()) return StartSpan();
    const size_t number = Pick(open_.size());
    ModelSpan& span = open_[number];
    if (choice < 52) return SetAttribute(&span);
    if (choice < 58) {
      span.span.AddEvent("event", {{"key", "value"}});
      ++span.events;
    } else if (choice < 62) {
      span.span.AddLink(span.span.context());
      ++span.links;
    } else if (choice < 66) {
      SetStatus(&span);
    } else if (choice < 68) {
      span.name = absl::StrCat("renamed", ++names_);
      span.span.UpdateName(span.name);
    } else if (choice < 93) {
      EndSpan(number);
    } else if (choice < 97) {
      Flush();
    } else if (choice < 99) {
      Restart();
    } else {
      Fork();
    }
  }

  struct Store {
    Mutex mutex;
    std::vector<FinishedSpan> spans ABSL_GUARDED_BY(mutex);
  };

  std::mt19937 random_;
  Store first_store_;
  Store* store_ = &first_store_;
  std::unique_ptr<Recorder> recorder_;

  std::vector<ModelSpan> open_;
  std::map<uint64_t, ModelSpan> expected_;  // ended, not yet seen exported
  uint64_t names_ = 0;
  uint64_t started_ = 0;
  uint64_t ended_ = 0;
  uint64_t after_shutdown_ = 0;
  uint64_t no_room_ = 0;
};

TEST_P(RecorderPropertyTest, CountsAndContentFollowTheModel) {
  for (int i = 0; i < kOperations && !HasFailure(); ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", GetParam(), ", operation ", i));
    RunOne();
    CheckCounts();
  }
  Flush();
}

INSTANTIATE_TEST_SUITE_P(Seed, RecorderPropertyTest,
                         ::testing::Range(0, kSeeds));

}  // namespace
}  // namespace waybill
