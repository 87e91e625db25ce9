// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A gRPC client, traced. The lines that tracing added end in "// +".
//
//   bazel-bin/examples/quickstart/client 127.0.0.1:50051 Ada
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "examples/quickstart/hello.grpc.pb.h"
#include "waybill/waybill.h"  // +

int main(int argc, char** argv) {
  const std::string target = argc > 1 ? argv[1] : "127.0.0.1:50051";

  waybill::Options options;                                    // +
  options.service_name = "greeter-client";                     // +
  auto tracing = waybill::Tracing::Start(std::move(options));  // +
  if (!tracing.ok()) {                                         // +
    std::cerr << tracing.status() << "\n";                     // +
    return EXIT_FAILURE;                                       // +
  }                                                            // +

  auto stub = quickstart::Greeter::NewStub((*tracing)->CreateChannel(  // +
      target, grpc::InsecureChannelCredentials()));
  quickstart::GreetRequest request;
  request.set_name(argc > 2 ? argv[2] : "world");
  quickstart::GreetReply reply;
  grpc::ClientContext context;
  const grpc::Status status = stub->Greet(&context, request, &reply);
  if (!status.ok()) {
    std::cerr << "Greet failed: " << status.error_message() << "\n";
    return EXIT_FAILURE;
  }
  std::cout << reply.greeting() << std::endl;
  return EXIT_SUCCESS;
}
