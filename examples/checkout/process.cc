// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kPoll(5);
constexpr size_t kTailLines = 12;

volatile sig_atomic_t interrupted = 0;

void OnInterrupt(int signal) { interrupted = signal; }

[[noreturn]] void FailChild(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
  _exit(127);
}

void BecomeUser(const std::string& user) {
  const passwd* const entry = getpwnam(user.c_str());
  if (entry == nullptr || initgroups(user.c_str(), entry->pw_gid) != 0 ||
      setgid(entry->pw_gid) != 0 || setuid(entry->pw_uid) != 0) {
    FailChild(user.c_str());
  }
  // The launcher's folder may be closed to that user.
  if (chdir("/") != 0) FailChild("/");
}

// Everything between fork() and exec(), in the child.
[[noreturn]] void BecomeProgram(const Process::Options& options,
                                pid_t launcher) {
  if (!options.log_path.empty()) {
    setpgid(0, 0);
    const int null = open("/dev/null", O_RDONLY);
    const int log = open(options.log_path.c_str(),
                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (null < 0 || log < 0) FailChild(options.log_path.c_str());
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
  }
  if (!options.user.empty()) BecomeUser(options.user);
  // After the change of user, which would undo it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != launcher) _exit(127);  // It died before we could ask.
  signal(SIGPIPE, SIG_DFL);

  for (const std::string& variable : options.environment) {
    putenv(const_cast<char*>(variable.c_str()));
  }
  std::vector<char*> arguments;
  for (const std::string& argument : options.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  FailChild(arguments[0]);
}

std::string Described(int wait_status) {
  return WIFEXITED(wait_status)
             ? "exit status " + std::to_string(WEXITSTATUS(wait_status))
             : "signal " + std::to_string(WTERMSIG(wait_status));
}

}  // namespace

void CatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaction(signal, &action, nullptr);
  }
  // A reader of our output that goes away must not keep us from cleaning up.
  signal(SIGPIPE, SIG_IGN);
}

int Interrupted() { return interrupted; }

absl::StatusOr<std::unique_ptr<Process>> Process::Start(Options options) {
  std::fflush(nullptr);  // or the child would write our text again
  const pid_t launcher = getpid();
  const pid_t pid = fork();
  if (pid == 0) BecomeProgram(options, launcher);
  if (pid < 0) {
    return absl::ResourceExhaustedError("cannot start " + options.name + ": " +
                                        std::strerror(errno));
  }
  return std::unique_ptr<Process>(new Process(std::move(options), pid));
}

Process::Process(Options options, pid_t pid)
    : options_(std::move(options)), pid_(pid) {
  // The child does so, too: whoever comes first.
  if (!options_.log_path.empty()) setpgid(pid_, pid_);
}

Process::~Process() { Stop(); }

absl::Status Process::WaitUntil(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kTimeout;
  while (true) {
    // Looked at before the condition: a program may do what is waited for and
    // end.
    const absl::Status running = CheckRunning();
    if (condition()) return absl::OkStatus();
    if (!running.ok()) return running;
    if (Interrupted() != 0) return absl::CancelledError("interrupted");
    if (std::chrono::steady_clock::now() > deadline) {
      return absl::DeadlineExceededError(name() + " is not ready. " +
                                         LogTail());
    }
    std::this_thread::sleep_for(kPoll);
  }
}

absl::StatusOr<std::string> Process::WaitForLine(const std::string& prefix) {
  std::string rest;
  const absl::Status status = WaitUntil([&] {
    for (const std::string& line : LogLines()) {
      if (line.rfind(prefix, 0) != 0) continue;
      rest = line.substr(prefix.size());
      return true;
    }
    return false;
  });
  if (!status.ok()) return status;
  return rest;
}

absl::Status Process::WaitForSuccess() {
  const absl::Status status = WaitUntil([this] { return Ended(); });
  if (!status.ok()) return status;
  return wait_status_ == 0 ? absl::OkStatus() : CheckRunning();
}

absl::Status Process::CheckRunning() {
  if (!Ended()) return absl::OkStatus();
  return absl::AbortedError(name() + " ended with " + Described(wait_status_) +
                            ". " + LogTail());
}

std::vector<std::string> Process::LogLines() const {
  std::vector<std::string> lines;
  std::ifstream log(options_.log_path);
  std::string line;
  // A line that is still being written has no end yet: not a line.
  while (std::getline(log, line) && !log.eof()) lines.push_back(line);
  return lines;
}

void Process::RequestStop() {
  if (stopping_ || Ended()) return;
  stopping_ = true;
  kill(pid_, options_.stop_signal);
}

void Process::Stop() {
  RequestStop();
  const auto deadline = std::chrono::steady_clock::now() + kStopTimeout;
  while (!Ended()) {
    if (std::chrono::steady_clock::now() > deadline) {
      // With a log it has a group, and whatever it started is in there.
      kill(options_.log_path.empty() ? pid_ : -pid_, SIGKILL);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

bool Process::Ended() {
  if (!ended_) ended_ = waitpid(pid_, &wait_status_, WNOHANG) == pid_;
  return ended_;
}

std::string Process::LogTail() const {
  if (options_.log_path.empty()) return "";
  const std::vector<std::string> lines = LogLines();
  std::string tail = "The end of its log:";
  const size_t begin = lines.size() - std::min(lines.size(), kTailLines);
  for (size_t i = begin; i < lines.size(); ++i) tail += "\n  " + lines[i];
  return lines.empty() ? "Its log is empty." : tail;
}

}  // namespace checkout
