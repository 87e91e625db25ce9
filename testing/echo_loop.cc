// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/echo_loop.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;

// What comes out of the queue.
enum Tag : intptr_t { kReceived = 1, kAnswered, kCalled };

void* ToQueue(Tag tag) { return reinterpret_cast<void*>(tag); }

[[noreturn]] void Fail(const char* what) {
  fprintf(stderr, "echo_loop: %s\n", what);
  abort();
}

}  // namespace

EchoLoop::EchoLoop(Transport transport, Setup setup)
    : hooks_(setup.hooks == nullptr ? no_hooks_ : *setup.hooks) {
  grpc::ServerBuilder builder;
  int port = 0;
  if (transport == Transport::kTcp) {
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
  }
  builder.RegisterService(&service_);
  queue_ = builder.AddCompletionQueue();
  if (setup.configure) setup.configure(builder);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) Fail("the server does not start");
  std::shared_ptr<grpc::Channel> channel;
  if (transport == Transport::kTcp) {
    channel = grpc::experimental::CreateCustomChannelWithInterceptors(
        "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(),
        grpc::ChannelArguments(), std::move(setup.interceptors));
  } else {
    channel = server_->experimental().InProcessChannelWithInterceptors(
        grpc::ChannelArguments(), std::move(setup.interceptors));
  }
  stub_ = Echo::NewStub(channel);
  request_.set_text("hello");
  Accept();
}

EchoLoop::~EchoLoop() {
  server_->Shutdown(std::chrono::system_clock::now());
  queue_->Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) {
  }
}

void EchoLoop::Run(int calls) {
  for (int i = 0; i < calls; ++i) Call();
}

void EchoLoop::Accept() {
  call_.emplace();
  service_.RequestUnary(&call_->context, &call_->request, &call_->responder,
                        queue_.get(), queue_.get(), ToQueue(kReceived));
}

void EchoLoop::Call() {
  grpc::ClientContext context;
  hooks_.BeforeCall(&context);
  grpc::Status status;
  const auto reader = stub_->AsyncUnary(&context, request_, queue_.get());
  reader->Finish(&reply_, &status, ToQueue(kCalled));
  for (int events = 0; events < 3; ++events) {
    void* tag = nullptr;
    bool ok = false;
    if (!queue_->Next(&tag, &ok) || !ok) Fail("an operation failed");
    if (tag == ToQueue(kReceived)) {
      hooks_.Received(&call_->context);
      EchoReply answer;
      answer.set_text(call_->request.text());
      hooks_.Answered();
      call_->responder.Finish(answer, grpc::Status::OK, ToQueue(kAnswered));
    } else if (tag == ToQueue(kCalled)) {
      hooks_.AfterCall(status);
    }
  }
  if (!status.ok() || reply_.text() != request_.text()) Fail("a call failed");
  Accept();
}

}  // namespace waybill
