// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The many ways in which a process ends: none may crash, hang or change the
// exit status because spans are being recorded.
//
// Each case runs in a child that this process forks while it has one thread
// and no recorder, so that all that a program does happens in the child.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/test_util.h"

namespace waybill {
namespace {

constexpr int kStatus = 42;

// The status with which a child ended that ran a function, or minus the
// signal that ended it.
int StatusOf(const std::function<void()>& run) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);  // a hang ends by a signal
    run();
    _exit(99);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

RecorderOptions Busy() {
  RecorderOptions options;
  options.memory_bytes = 64 * 1024;
  options.schedule_delay = options.trace_delay = absl::Milliseconds(1);
  options.log = [](absl::string_view) {};
  return options;
}

std::unique_ptr<Recorder> StartDefault() {
  auto recorder =
      Recorder::Start(std::make_unique<FunctionExporter>(
                          [](const SpanBatch&) { return ExportResult(); }),
                      Busy());
  Tracer::SetDefault(&recorder->tracer());
  return recorder;
}

// Threads that go on and on, and the word that spans have been exported.
void StartTraffic(const Recorder& recorder) {
  for (int t = 0; t < 2; ++t) {
    std::thread([] {
      for (;;) {
        ScopedSpan span("outer");
        CurrentSpan().SetAttribute("key", "value");
        StartSpan("inner");
        std::this_thread::yield();
      }
    }).detach();
  }
  while (recorder.counts().exported < 100) std::this_thread::yield();
}

// Does what a program's own globals might do at the very end.
struct SpansAtExit {
  ~SpansAtExit() {
    ScopedSpan span("at exit");
    CurrentSpan().SetAttribute("key", "value");
    StartSpan("child").SetError("late");
  }
};

void MakeSpansAtExit() {
  static SpansAtExit spans_at_exit;
  atexit([] { StartSpan("atexit"); });
  at_quick_exit([] { StartSpan("at_quick_exit"); });
}

TEST(ExitTest, EndsWithItsStatusDuringTraffic) {
  const struct {
    void (*end)(int);
    const char* reason;
  } kCases[] = {
      {[](int status) { exit(status); }, "exit"},
      {[](int status) { quick_exit(status); }, "quick_exit"},
      {[](int status) { _exit(status); }, "_exit"},
      {[](int) { execl("/bin/sh", "sh", "-c", "exit 42", nullptr); }, "exec"},
  };
  for (const auto& test : kCases) {
    for (int round = 0; round < 3; ++round) {
      EXPECT_EQ(StatusOf([&] {
                  MakeSpansAtExit();
                  // Never destroyed, as in a program that forgets about it.
                  static Recorder* recorder = StartDefault().release();
                  StartTraffic(*recorder);
                  test.end(kStatus);
                }),
                kStatus)
          << test.reason;
    }
  }
}

TEST(ExitTest, RecorderMayBeAGlobalThatEndsDuringTraffic) {
  EXPECT_EQ(StatusOf([] {
              MakeSpansAtExit();
              static std::unique_ptr<Recorder> recorder = StartDefault();
              StartTraffic(*recorder);
              exit(kStatus);
            }),
            kStatus);
}

TEST(ExitTest, GlobalsThatOutliveTheRecorderMayUseTheirSpans) {
  EXPECT_EQ(StatusOf([] {
              static Span span;  // destroyed after the recorder
              static SpansAtExit later;
              static std::unique_ptr<Recorder> recorder = StartDefault();
              span = StartSpan("ends with the process");
              exit(kStatus);
            }),
            kStatus);
}

TEST(ExitTest, SpanOfAThreadLocalMayEndWithItsThread) {
  EXPECT_EQ(StatusOf([] {
              const std::unique_ptr<Recorder> recorder = StartDefault();
              std::thread([] {
                thread_local Span span;
                span = StartSpan("thread");
              }).join();
              recorder->Shutdown(absl::Seconds(60));
              _exit(recorder->counts().exported == 1 ? kStatus : 1);
            }),
            kStatus);
}

TEST(ExitTest, DoesNotWaitForABackendThatHangs) {
  EXPECT_EQ(StatusOf([] {
              static Gate never;
              static Gate hanging;
              static Recorder* recorder =
                  Recorder::Start(
                      std::make_unique<FunctionExporter>([](const SpanBatch&) {
                        hanging.Open();
                        never.Wait();
                        return ExportResult();
                      }),
                      Busy())
                      .release();
              recorder->tracer().StartSpan("span");
              hanging.Wait();
              recorder->Shutdown(absl::Milliseconds(10));
              quick_exit(kStatus);
            }),
            kStatus);
}

TEST(ExitTest, ForkedChildOfARecordingProcessMayExitOrExec) {
  EXPECT_EQ(StatusOf([] {
              static Recorder* recorder = StartDefault().release();
              StartTraffic(*recorder);
              const int exits = StatusOf([] { quick_exit(1); });
              const int execs = StatusOf(
                  [] { execl("/bin/sh", "sh", "-c", "exit 2", nullptr); });
              _exit(exits == 1 && execs == 2 ? kStatus : 1);
            }),
            kStatus);
}

}  // namespace
}  // namespace waybill
