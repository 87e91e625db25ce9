// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A program of one file, for install_test.sh: a server that answers every call
// with UNIMPLEMENTED, as gRPC's generic service does, and one call to it.

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <waybill/waybill.h>

#include <iostream>

int main() {
  waybill::Options options;
  options.service_name = "app";
  auto tracing = waybill::Tracing::Start(std::move(options));
  if (!tracing.ok()) {
    std::cerr << tracing.status() << "\n";
    return 1;
  }
  grpc::CallbackGenericService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterCallbackGenericService(&service);
  builder.SetOption((*tracing)->ServerOption());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();

  waybill::ScopedSpan root("app.run");
  grpc::GenericStub stub((*tracing)->CreateChannel(
      "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  grpc::ByteBuffer reply;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, "/app.App/Call",
                                          grpc::ByteBuffer(), &queue);
  call->StartCall();
  call->Finish(&reply, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  server->Shutdown();
  return status.error_code() == grpc::StatusCode::UNIMPLEMENTED ? 0 : 1;
}
