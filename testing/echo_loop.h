// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One unary call after another, for programs that measure what a call costs.
//
//   waybill::EchoLoop::Setup setup;
//   setup.configure = [](grpc::ServerBuilder& builder) { ... };
//   waybill::EchoLoop loop(waybill::EchoLoop::Transport::kInProcess,
//                          std::move(setup));
//   loop.Run(1000);
//
// Client and server share one completion queue and the thread that calls Run():
// all that a call does is then done by that thread, gRPC's part included, and
// counts of instructions come out the same each time.
//
// A call that fails aborts the program. Not thread-safe.
#ifndef WAYBILL_TESTING_ECHO_LOOP_H_
#define WAYBILL_TESTING_ECHO_LOOP_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/client_interceptor.h>

#include <functional>
#include <memory>
#include <vector>

#include "absl/types/optional.h"
#include "testing/echo.grpc.pb.h"

namespace waybill {

// What an application does around its calls, by hand.
class EchoLoopHooks {
 public:
  virtual ~EchoLoopHooks() = default;
  virtual void BeforeCall(grpc::ClientContext*) {}
  virtual void Received(grpc::ServerContext*) {}
  virtual void Answered() {}
  virtual void AfterCall(const grpc::Status&) {}
};

class EchoLoop {
 public:
  enum class Transport {
    kInProcess,
    kTcp,  // on a free port of this machine
  };

  struct Setup {
    std::function<void(grpc::ServerBuilder&)> configure;  // may be null
    std::vector<
        std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
        interceptors;
    EchoLoopHooks* hooks = nullptr;
  };

  EchoLoop(Transport transport, Setup setup);
  ~EchoLoop();
  EchoLoop(const EchoLoop&) = delete;
  EchoLoop& operator=(const EchoLoop&) = delete;

  void Run(int calls);

 private:
  struct ServerCall {
    grpc::ServerContext context;
    testing::EchoRequest request;
    grpc::ServerAsyncResponseWriter<testing::EchoReply> responder{&context};
  };

  void Accept();
  void Call();

  EchoLoopHooks no_hooks_;
  EchoLoopHooks& hooks_;
  testing::Echo::AsyncService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<testing::Echo::Stub> stub_;
  testing::EchoRequest request_;
  testing::EchoReply reply_;
  absl::optional<ServerCall> call_;  // in place: it adds no allocation
};

}  // namespace waybill

#endif  // WAYBILL_TESTING_ECHO_LOOP_H_
