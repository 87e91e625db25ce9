// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// fork(): parent and child both go on, and no span is exported by both.
//
// A child sends the ids of the spans that it exported through a pipe. While one
// thread may fork, the others do not allocate: the sanitizers' allocators,
// unlike the C library's, may be left locked in the child.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

constexpr absl::Duration kLong = absl::Seconds(60);
constexpr size_t kMaxIds = 1 << 20;

RecorderOptions Quiet() {
  RecorderOptions options;
  options.memory_bytes = 256 * 1024;
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Milliseconds(1);
  options.log = [](absl::string_view) {};
  return options;
}

// What the exporter of this process has seen; a child starts with nothing.
class ExportedIds {
 public:
  ExportedIds() { ids_.reserve(kMaxIds); }

  ExportResult Export(const SpanBatch& batch) {
    const bool childs = getpid() != parent_;
    for (const SpanView& span : batch.spans) {
      (childs ? childs_ids_ : ids_).push_back(span.span_id().value());
    }
    return {};
  }
  // By the thread that has just flushed.
  const std::vector<uint64_t>& ids() const {
    return getpid() != parent_ ? childs_ids_ : ids_;
  }

 private:
  const pid_t parent_ = getpid();
  std::vector<uint64_t> ids_;
  std::vector<uint64_t> childs_ids_;
};

// With its thread up and running: one that is being made allocates.
std::unique_ptr<Recorder> StartRecorder(FunctionExporter::Function on_export) {
  auto recorder = Recorder::Start(
      std::make_unique<FunctionExporter>(std::move(on_export)), Quiet());
  EXPECT_TRUE(recorder->Flush(kLong));
  return recorder;
}

std::unique_ptr<Recorder> StartRecorder(ExportedIds* ids) {
  return StartRecorder(
      [ids](const SpanBatch& batch) { return ids->Export(batch); });
}

// A child that runs a function, and sends what it exported.
class Child {
 public:
  Child(Recorder* recorder, const ExportedIds& exported,
        const std::function<void()>& run) {
    int fds[2];
    if (pipe(fds) != 0) ADD_FAILURE() << "no pipe";
    pid_ = fork();
    if (pid_ == 0) {
      run();
      EXPECT_TRUE(recorder->Flush(kLong));
      const std::vector<uint64_t>& ids = exported.ids();
      const size_t bytes = ids.size() * sizeof(uint64_t);
      const bool sent =
          write(fds[1], ids.data(), bytes) == static_cast<ssize_t>(bytes);
      EXPECT_TRUE(recorder->Shutdown(kLong));
      _exit(sent && !::testing::Test::HasFailure() ? 0 : 1);
    }
    close(fds[1]);
    from_child_ = fds[0];
  }
  ~Child() { close(from_child_); }

  // Appends the ids and answers how many they were.
  size_t Wait(std::vector<uint64_t>* ids) {
    size_t count = 0;
    uint64_t id = 0;
    while (read(from_child_, &id, sizeof(id)) == ssize_t{sizeof(id)}) {
      ids->push_back(id);
      ++count;
    }
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    EXPECT_EQ(status, 0) << "in the child";
    return count;
  }

 private:
  pid_t pid_ = 0;
  int from_child_ = -1;
};

void MakeSpans(Tracer* tracer, int count) {
  for (int i = 0; i < count; ++i) {
    Span span = tracer->StartSpan("span");
    span.SetAttribute("key", "value");
  }
}

void ExpectDistinct(std::vector<uint64_t> ids) {
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end())
      << "a span was exported twice";
}

TEST(RecorderForkTest, ParentAndChildGoOnDuringTraffic) {
  constexpr int kThreads = 3;
  constexpr int kChildren = 6;
  constexpr int kSpans = 100;
  ExportedIds exported;
  std::unique_ptr<Recorder> recorder = StartRecorder(&exported);
  std::atomic<bool> stop{false};
  std::atomic<int> running{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      ++running;
      while (!stop) {
        MakeSpans(&recorder->tracer(), 50);
        std::this_thread::yield();
      }
    });
  }
  while (running < kThreads) std::this_thread::yield();
  std::vector<uint64_t> ids;
  for (int i = 0; i < kChildren; ++i) {
    // This thread's ids have begun: no child may go on with them.
    MakeSpans(&recorder->tracer(), 1);
    const uint64_t before = recorder->counts().ended;
    Child child(recorder.get(), exported, [&] {
      EXPECT_EQ(recorder->counts().started, 0u);
      std::thread other([&] { MakeSpans(&recorder->tracer(), kSpans); });
      MakeSpans(&recorder->tracer(), kSpans);
      other.join();
      const RecorderCounts counts = recorder->counts();
      EXPECT_EQ(counts.ended, counts.started);
      EXPECT_EQ(counts.started + counts.no_room, 2u * kSpans);
    });
    EXPECT_GE(child.Wait(&ids), size_t{kSpans});
    while (recorder->counts().ended == before) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(recorder->Shutdown(kLong));
  const RecorderCounts counts = recorder->counts();
  EXPECT_EQ(counts.exported, exported.ids().size());
  EXPECT_EQ(counts.exported, counts.started);
  ids.insert(ids.end(), exported.ids().begin(), exported.ids().end());
  ExpectDistinct(std::move(ids));
}

TEST(RecorderForkTest, PreforkedWorkersEachExportTheirOwn) {
  constexpr int kSpans = 50;
  ExportedIds exported;
  std::unique_ptr<Recorder> recorder = StartRecorder(&exported);
  MakeSpans(&recorder->tracer(), 1);
  ASSERT_TRUE(recorder->Flush(kLong));
  std::vector<std::unique_ptr<Child>> workers;
  for (int i = 0; i < 4; ++i) {
    workers.push_back(std::make_unique<Child>(recorder.get(), exported, [&] {
      MakeSpans(&recorder->tracer(), kSpans);
    }));
  }
  std::vector<uint64_t> ids;
  for (const auto& worker : workers) EXPECT_EQ(worker->Wait(&ids), kSpans);
  ExpectDistinct(std::move(ids));
  EXPECT_EQ(exported.ids().size(), 1u) << "the parent's own";
}

TEST(RecorderForkTest, EndOfARootStartsTheChildsThread) {
  ExportedIds exported;
  Gate gate;
  const std::unique_ptr<Recorder> recorder =
      StartRecorder([&](const SpanBatch&) {
        gate.Open();
        return ExportResult();
      });
  Child child(recorder.get(), exported, [&] {
    MakeSpans(&recorder->tracer(), 1);
    EXPECT_TRUE(gate.WaitFor(std::chrono::seconds(60)));
  });
  std::vector<uint64_t> ids;
  child.Wait(&ids);
}

TEST(RecorderForkTest, SpansOpenOrHeldAtTheForkAreTheParents) {
  ExportedIds exported;
  std::unique_ptr<Recorder> recorder = StartRecorder(&exported);
  Span open = recorder->tracer().StartSpan("open");
  Scope scope(open);
  recorder->tracer().StartSpan("held");  // not a root: waits for the schedule
  std::vector<uint64_t> ids;
  Child child(recorder.get(), exported, [&] {
    EXPECT_FALSE(open.IsRecording());
    open.SetAttribute("key", "child");
    open.End();
    EXPECT_EQ(CurrentSpan().context(), open.context()) << "a parent, still";
    Span own = recorder->tracer().StartSpan("own");
    EXPECT_EQ(own.context().trace_id(), open.context().trace_id());
    EXPECT_NE(own.context().span_id(), open.context().span_id());
  });
  EXPECT_EQ(child.Wait(&ids), 1u);
  EXPECT_TRUE(open.IsRecording());
  open.End();
  ASSERT_TRUE(recorder->Flush(kLong));
  EXPECT_EQ(exported.ids().size(), 2u);
  EXPECT_EQ(std::count(exported.ids().begin(), exported.ids().end(), ids.at(0)),
            0);
}

TEST(RecorderForkTest, ChildrenMayForkAndRestart) {
  ExportedIds exported;
  std::unique_ptr<Recorder> recorder = StartRecorder(&exported);
  std::vector<uint64_t> ids;
  Child child(recorder.get(), exported, [&] {
    MakeSpans(&recorder->tracer(), 3);
    Child grandchild(recorder.get(), exported, [&] {
      EXPECT_EQ(recorder->counts().started, 0u);
      MakeSpans(&recorder->tracer(), 4);
      EXPECT_TRUE(recorder->Flush(kLong));
      EXPECT_EQ(recorder->counts().exported, 4u);
    });
    std::vector<uint64_t> grandchilds;
    grandchild.Wait(&grandchilds);
    EXPECT_TRUE(recorder->Shutdown(kLong));
    EXPECT_EQ(recorder->counts().exported, 3u);
    std::unique_ptr<Recorder> next = StartRecorder(&exported);
    MakeSpans(&next->tracer(), 2);
    EXPECT_TRUE(next->Shutdown(kLong));
  });
  EXPECT_EQ(child.Wait(&ids), 5u);
  ExpectDistinct(std::move(ids));
}

TEST(RecorderForkTest, ChildGoesOnThoughTheParentsBackendHangs) {
  ExportedIds exported;
  Gate hanging;
  Gate gate;
  const pid_t parent = getpid();
  const std::unique_ptr<Recorder> recorder =
      StartRecorder([&](const SpanBatch& batch) {
        if (getpid() != parent) return exported.Export(batch);
        hanging.Open();
        gate.Wait();
        return ExportResult();
      });
  MakeSpans(&recorder->tracer(), 1);
  hanging.Wait();
  Child child(recorder.get(), exported,
              [&] { MakeSpans(&recorder->tracer(), 7); });
  std::vector<uint64_t> ids;
  EXPECT_EQ(child.Wait(&ids), 7u);
  gate.Open();
  EXPECT_TRUE(recorder->Shutdown(kLong));
}

TEST(RecorderForkTest, ChildOfAnExporterThatCannotForkRecordsNothing) {
  struct Exporter final : SpanExporter {
    ExportResult Export(const SpanBatch&) override { return {}; }
    std::string Description() const override { return "test"; }
  };
  ExportedIds exported;
  auto recorder = Recorder::Start(std::make_unique<Exporter>(), Quiet());
  ASSERT_TRUE(recorder->Flush(kLong));
  Child child(recorder.get(), exported, [&] {
    EXPECT_FALSE(recorder->tracer().enabled());
    MakeSpans(&recorder->tracer(), 1);
    EXPECT_EQ(recorder->counts().started, 0u);
  });
  std::vector<uint64_t> ids;
  child.Wait(&ids);
  EXPECT_TRUE(recorder->tracer().enabled());
}

TEST(RecorderForkTest, ChildOfAStoppedRecorderHasAStoppedRecorder) {
  ExportedIds exported;
  std::unique_ptr<Recorder> recorder = StartRecorder(&exported);
  ASSERT_TRUE(recorder->Shutdown(kLong));
  Child child(recorder.get(), exported, [&] {
    EXPECT_FALSE(recorder->tracer().StartSpan("span").IsRecording());
  });
  std::vector<uint64_t> ids;
  EXPECT_EQ(child.Wait(&ids), 0u);
}

}  // namespace
}  // namespace waybill
