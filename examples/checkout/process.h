// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A program that the launcher starts, and that never outlives it.
//
//   absl::StatusOr<std::unique_ptr<Process>> redis = Process::Start(
//       {"redis", {"redis-server", "--port", "0"}, {}, folder + "/redis.log"});
//   if (!redis.ok()) return redis.status();
//   absl::StatusOr<std::string> rest = (*redis)->WaitForLine("Ready to ");
//
// It ends with its Process; if the launcher is killed, the kernel kills it. It
// has a process group of its own, so that Ctrl-C reaches the launcher alone and
// everything stops in order.
//
// Waiting ends early, with CANCELLED, once the launcher was interrupted; with
// ABORTED and the end of the log when the program ended by itself; and with
// DEADLINE_EXCEEDED and the end of the log after kTimeout.
//
// For a program of one thread: the launcher.
#ifndef EXAMPLES_CHECKOUT_PROCESS_H_
#define EXAMPLES_CHECKOUT_PROCESS_H_

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace checkout {

// From here on SIGINT, SIGTERM and SIGHUP do no more than make Interrupted()
// the signal's number; it is 0 before.
void CatchInterrupts();
int Interrupted();

class Process {
 public:
  static constexpr std::chrono::seconds kTimeout{30};
  // How long a program that was told to stop may take before it is killed.
  static constexpr std::chrono::seconds kStopTimeout{5};

  struct Options {
    std::string name;
    std::vector<std::string> command;
    // "NAME=value", added to the launcher's own environment.
    std::vector<std::string> environment = {};
    // Where its output goes; empty: where the launcher's goes.
    std::string log_path = {};
    // The user that it runs as; empty: the launcher's.
    std::string user = {};
    int stop_signal = SIGTERM;
  };

  static absl::StatusOr<std::unique_ptr<Process>> Start(Options options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return options_.name; }

  // Waits until condition() holds.
  absl::Status WaitUntil(const std::function<bool()>& condition);
  // Waits for a line of the log that begins with prefix; returns what follows.
  absl::StatusOr<std::string> WaitForLine(const std::string& prefix);
  // Waits for the end; an error unless the exit status is 0.
  absl::Status WaitForSuccess();
  // An error, with the end of the log, if the program has ended.
  absl::Status CheckRunning();

  std::vector<std::string> LogLines() const;

  // Asks the program to stop; Stop() also waits until it has.
  void RequestStop();
  void Stop();

 private:
  Process(Options options, pid_t pid);
  // Whether the program has ended; takes its exit status the first time.
  bool Ended();
  std::string LogTail() const;

  const Options options_;
  const pid_t pid_;
  bool ended_ = false;
  bool stopping_ = false;
  int wait_status_ = 0;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_PROCESS_H_
