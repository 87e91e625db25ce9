// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A service that does what a request's text says, written against each of
// gRPC's three server APIs, so that a test can show that they are traced alike.
//
//   waybill::TraceRecording recording;
//   waybill::EchoServer server(&recording, waybill::EchoApi::kCallback);
//   auto stub = waybill::testing::Echo::NewStub(server.channel());
//
// What a text says:
//
//   error 5 no such thing   ends the call with that status
//   hang                    ends it when it is cancelled, or its deadline
//   passes call TEXT               (unary) sends TEXT to EchoHooks::child, with
//   a plain
//                           ClientContext, and answers with the answer
//   call-from TEXT          (unary) the same with a ClientContext made from the
//                           server's
//   anything else           is answered with itself
//
// ServerStream answers three times, ClientStream with all texts joined by "+".
//
// Thread-safe.
#ifndef WAYBILL_TESTING_ECHO_SERVICE_H_
#define WAYBILL_TESTING_ECHO_SERVICE_H_

#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "testing/echo.grpc.pb.h"
#include "waybill/testing/traced_server.h"

namespace waybill {

enum class EchoApi { kSync, kCallback, kCompletionQueue };

// Each may be empty. They are called by gRPC's threads, several at a time.
struct EchoHooks {
  // For each request's text, before it is answered. For a unary call, that is
  // in the body of the handler.
  std::function<void(const std::string& text, grpc::ServerContextBase& context)>
      on_request;
  // When a call hangs.
  std::function<void()> on_hang;
  // For requests to call somebody.
  testing::Echo::StubInterface* child = nullptr;
  // Whether the completion-queue server asks to be told of cancelled calls.
  // If it does not, "hang" does so for ever in a unary call.
  bool notify_when_done = true;
};

// Internal: one implementation of the service.
class EchoService {
 public:
  virtual ~EchoService() = default;
  virtual void Register(grpc::ServerBuilder& builder) = 0;
  virtual void Start() {}
  // After the server's shutdown.
  virtual void Drain() {}
};
std::unique_ptr<EchoService> MakeSyncEcho(EchoHooks hooks);
std::unique_ptr<EchoService> MakeCallbackEcho(EchoHooks hooks);
std::unique_ptr<EchoService> MakeCompletionQueueEcho(EchoHooks hooks);

// Internal: what a text says.
struct EchoCommand {
  enum class Kind { kEcho, kError, kHang, kCall, kCallFrom };
  explicit EchoCommand(absl::string_view text);

  Kind kind = Kind::kEcho;
  grpc::Status status;  // of kError
  std::string text;     // what to answer, or to send on
};

class EchoServer {
 public:
  // As in TracedServer. configure may add to the builder.
  EchoServer(TraceRecording* recording, EchoApi api, EchoHooks hooks = {},
             const TracedServer::Configure& configure = nullptr);
  ~EchoServer();

  const std::string& address() const { return server_.address(); }
  grpc::Server& server() { return server_.server(); }
  std::shared_ptr<grpc::Channel> channel() { return server_.channel(); }

 private:
  const std::unique_ptr<EchoService> service_;
  TracedServer server_;
};

}  // namespace waybill

#endif  // WAYBILL_TESTING_ECHO_SERVICE_H_
