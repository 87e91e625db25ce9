// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/agent/rpc_program_for_test.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "testing/echo.grpc.pb.h"

namespace {

using waybill::testing::Echo;
using waybill::testing::EchoReply;
using waybill::testing::EchoRequest;

class Service final : public Echo::Service {
  grpc::Status Unary(grpc::ServerContext*, const EchoRequest* request,
                     EchoReply* reply) override {
    reply->set_text(request->text());
    return grpc::Status::OK;
  }
};

struct Server {
  Server() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service);
    server = builder.BuildAndStart();
  }

  Service service;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

// What a program does with the room that gRPC has for one of these.
class Factory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  class PassThrough final : public grpc::experimental::Interceptor {
    void Intercept(
        grpc::experimental::InterceptorBatchMethods* methods) override {
      methods->Proceed();
    }
  };

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    ++calls;
    return new PassThrough;
  }

  int calls = 0;
};

bool Call(int port) {
  auto stub = Echo::NewStub(grpc::CreateChannel(
      "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  EchoRequest request;
  request.set_text("hello");
  EchoReply reply;
  return stub->Unary(&context, request, &reply).ok() && reply.text() == "hello";
}

int Say(bool ok) {
  std::puts(ok ? "ok" : "failed");
  std::fflush(stdout);
  return ok ? 0 : 1;
}

void Announce(const Server& server) {
  std::printf("%d %d\n", server.port, getpid());
  std::fflush(stdout);
}

[[noreturn]] void Serve(const Server& server) {
  Announce(server);
  while (true) pause();
}

int ServeAsleep() {
  Server server;
  Announce(server);
  pause();
  return Say(true);
}

int Self() {
  Server server;
  const bool ok = Call(server.port);
  server.server->Shutdown();
  return Say(ok);
}

int SelfWithFactory() {
  auto* factory = new Factory;
  grpc::experimental::RegisterGlobalClientInterceptorFactory(factory);
  const int status = Self();
  return factory->calls == 1 ? status : 3;
}

// What becomes of a child that calls nothing, and ends.
int SelfFork(bool with_vfork) {
  const int status = Self();
  std::fflush(stdout);
  const pid_t child = with_vfork ? vfork() : fork();
  if (child == 0) {
    if (!with_vfork) return 0;
    kill(getpid(), SIGTERM);
    _exit(127);
  }
  int child_status = 0;
  waitpid(child, &child_status, 0);
  const bool as_expected = with_vfork ? WIFSIGNALED(child_status) &&
                                            WTERMSIG(child_status) == SIGTERM
                                      : child_status == 0;
  return as_expected ? status : 4;
}

int ForkExec(char* program) {
  Server server;
  std::string port = std::to_string(server.port);
  char call[] = "call";
  char* argv[] = {program, call, port.data(), nullptr};
  const pid_t child = fork();
  if (child == 0) {
    execv(program, argv);
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  server.server->Shutdown();
  return status;
}

}  // namespace

extern "C" int RpcProgram(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "self") return Self();
  if (mode == "self-_exit") _exit(Self());
  if (mode == "self-factory") return SelfWithFactory();
  if (mode == "self-fork") return SelfFork(/*with_vfork=*/false);
  if (mode == "self-vfork") return SelfFork(/*with_vfork=*/true);
  if (mode == "serve-asleep") return ServeAsleep();
  if (mode == "call") return Say(argc > 2 && Call(std::stoi(argv[2])));
  if (mode == "fork-exec") return ForkExec(argv[0]);
  if (mode == "serve-handled") signal(SIGTERM, [](int) { _exit(7); });
  // As daemons do it: before anything else, and nothing is executed anew. What
  // is open then is nothing that they know of.
  if (mode == "serve-daemon") {
    if (fork() != 0) _exit(0);
    closefrom(STDERR_FILENO + 1);
  }
  if (mode.rfind("serve", 0) == 0) Serve(Server());
  std::fputs("rpc_program: see rpc_program_for_test.h\n", stderr);
  return 2;
}
