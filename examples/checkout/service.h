// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What every process of the demo does in the same way: read its flags, stop
// when told to, take as long as its part of the story says, serve, and call.
//
//   int main(int argc, char** argv) {
//     const checkout::StopSignal stop;       // first, before any thread
//     checkout::Telemetry telemetry("auth");
//     checkout::AuthService service;
//     return checkout::Serve(telemetry, service, stop);
//   }
//
// What goes wrong at start ends the process with a line on stderr; the launcher
// shows it. Functions here may be called from any thread.
#ifndef EXAMPLES_CHECKOUT_SERVICE_H_
#define EXAMPLES_CHECKOUT_SERVICE_H_

#include <grpcpp/channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>

#include <chrono>
#include <memory>
#include <string>

#include "examples/checkout/telemetry.h"

namespace checkout {

// The value of --name=value. Ends the process if it is missing.
std::string RequiredFlag(int argc, char** argv, const std::string& name);

// SIGINT and SIGTERM, taken as a value to wait for. Threads started before it
// is made would still die of them.
class StopSignal {
 public:
  StopSignal();
  void Wait() const;
  // Waits no longer than this for the signal; true once it came.
  bool WaitFor(std::chrono::milliseconds timeout) const;
};

// Service time: a piece of work that began at some moment sleeps until its
// configured total has passed, whatever the real work in it took.
using Clock = std::chrono::steady_clock;
void WorkUntil(Clock::time_point end);
// Returns false, early, when the call is cancelled or its deadline passes.
bool WorkUntil(Clock::time_point end, const grpc::ServerContext& context);

// One line on stderr, which the launcher shows with the process's name.
void Log(const std::string& line);

// Says where this process listens, in the words the launcher waits for:
// "listening: grpc 127.0.0.1:41234".
void Announce(const std::string& protocol, int port);

// A traced channel that is already connected, so that the first request does
// not pay for it.
std::shared_ptr<grpc::Channel> Dial(Telemetry& telemetry,
                                    const std::string& target);

// Starts the server that builder describes, traced, on a free port of the
// loopback interface, and announces it.
std::unique_ptr<grpc::Server> StartServer(Telemetry& telemetry,
                                          grpc::ServerBuilder& builder);

// Serves until the signal comes, then lets calls finish for a moment. Returns
// the exit status.
int Serve(Telemetry& telemetry, grpc::Service& service, const StopSignal& stop);

// How long a server that was told to stop waits for calls in progress.
constexpr std::chrono::milliseconds kShutdownGrace(500);

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_SERVICE_H_
