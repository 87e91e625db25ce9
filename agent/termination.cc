// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/agent/termination.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace waybill {
namespace {

constexpr int kSignals[] = {SIGTERM, SIGINT};

// Written once, before a handler is installed.
Tracing* flushed_tracing = nullptr;
itimerspec limit = {};
timespec grace = {};

std::atomic<int> pending_signal{0};
// Another's after vfork(), whose child runs in its parent's memory.
std::atomic<pid_t> process{0};

// Only what is async-signal-safe, from here to OnSignal().
void EndBySignal(int number) {
  signal(number, SIG_DFL);
  kill(getpid(), number);
}

// Sends the signal again when the limit has passed. A timer is not inherited,
// so it is made where it is needed; timer_create() is a system call and no more
// with glibc 2.34 and later, as Debian 12 has it.
bool StartTimer(int number) {
  sigevent event = {};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = number;
  timer_t timer;
  return timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
         timer_settime(timer, 0, &limit, nullptr) == 0;
}

// The process ends meanwhile, as a rule.
void WaitForTheEnd() {
  timespec left = grace;
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

void OnSignal(int number) {
  const int saved_errno = errno;
  int none = 0;
  if (getpid() != process.load() ||
      !pending_signal.compare_exchange_strong(none, number) ||
      !StartTimer(number) || !flushed_tracing->WakeFromSignalHandler()) {
    EndBySignal(number);
  }
  WaitForTheEnd();
  errno = saved_errno;
}

}  // namespace

void FlushOnTermination(Tracing* tracing, absl::Duration timeout) {
  // The kernel gives the first process of a container no signal that it leaves
  // to the system, so there is no end to be put off.
  if (getpid() == 1) return;
  flushed_tracing = tracing;
  // None at all would be a timer that never fires.
  limit.it_value = absl::ToTimespec(std::max(timeout, absl::Milliseconds(1)));
  grace = absl::ToTimespec(timeout / 2);
  process = getpid();
  pthread_atfork(nullptr, nullptr, [] { process = getpid(); });
  for (int number : kSignals) {
    struct sigaction old = {};
    if (sigaction(number, nullptr, &old) != 0 || old.sa_handler != SIG_DFL) {
      continue;
    }
    struct sigaction ours = {};
    ours.sa_handler = OnSignal;
    // A second signal is not to wait for the first's handler. And a thread may
    // have a stack that is too small for any.
    ours.sa_flags = SA_RESTART | SA_NODEFER | SA_ONSTACK;
    sigemptyset(&ours.sa_mask);
    sigaction(number, &ours, nullptr);
  }
}

void AfterDrainPass() {
  const int number = pending_signal.load();
  if (number == 0) return;
  // This pass may have begun before the signal came. The next has not.
  static int passes = 0;
  if (++passes == 1 && flushed_tracing->WakeFromSignalHandler()) return;
  EndBySignal(number);
}

}  // namespace waybill
