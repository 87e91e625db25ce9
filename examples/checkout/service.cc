// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/service.h"

#include <grpcpp/security/server_credentials.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

namespace checkout {
namespace {

constexpr std::chrono::seconds kConnectTimeout(10);
// A cancelled call is noticed within this time.
constexpr std::chrono::milliseconds kCancelPoll(5);

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

std::string RequiredFlag(int argc, char** argv, const std::string& name) {
  const std::string prefix = "--" + name + "=";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind(prefix, 0) == 0) return argument.substr(prefix.size());
  }
  Log("needs " + prefix + "...");
  std::exit(2);
}

StopSignal::StopSignal() {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void StopSignal::Wait() const {
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
}

bool StopSignal::WaitFor(std::chrono::milliseconds timeout) const {
  const sigset_t signals = StopSignals();
  const timespec wait = {timeout.count() / 1000,
                         timeout.count() % 1000 * 1'000'000};
  return sigtimedwait(&signals, nullptr, &wait) > 0;
}

void WorkUntil(Clock::time_point end) { std::this_thread::sleep_until(end); }

bool WorkUntil(Clock::time_point end, const grpc::ServerContext& context) {
  while (!context.IsCancelled()) {
    const Clock::time_point now = Clock::now();
    if (now >= end) return true;
    std::this_thread::sleep_until(std::min(end, now + kCancelPoll));
  }
  return false;
}

void Log(const std::string& line) {
  // One write, so that lines of two threads do not mix.
  const std::string text = line + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void Announce(const std::string& protocol, int port) {
  Log("listening: " + protocol + " 127.0.0.1:" + std::to_string(port));
}

std::shared_ptr<grpc::Channel> Dial(Telemetry& telemetry,
                                    const std::string& target) {
  std::shared_ptr<grpc::Channel> channel = telemetry.CreateChannel(target);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() +
                                 kConnectTimeout)) {
    Log("cannot connect to " + target);
    std::exit(1);
  }
  return channel;
}

std::unique_ptr<grpc::Server> StartServer(Telemetry& telemetry,
                                          grpc::ServerBuilder& builder) {
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  telemetry.Install(builder);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    Log("cannot listen on 127.0.0.1");
    std::exit(1);
  }
  Announce("grpc", port);
  return server;
}

int Serve(Telemetry& telemetry, grpc::Service& service,
          const StopSignal& stop) {
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = StartServer(telemetry, builder);
  stop.Wait();
  server->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  return 0;
}

}  // namespace checkout
