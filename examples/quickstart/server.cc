// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A gRPC server, traced. The lines that tracing added end in "// +".
//
//   bazel-bin/examples/quickstart/server 50051
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "examples/quickstart/hello.grpc.pb.h"
#include "waybill/waybill.h"  // +

namespace {

class Greeter final : public quickstart::Greeter::Service {
  grpc::Status Greet(grpc::ServerContext*,
                     const quickstart::GreetRequest* request,
                     quickstart::GreetReply* reply) override {
    waybill::CurrentSpan().SetAttribute("greeter.name", request->name());  // +
    waybill::ScopedSpan span("compose greeting");                          // +
    reply->set_greeting("Hello, " + request->name() + "!");
    return grpc::Status::OK;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string port = argc > 1 ? argv[1] : "50051";

  waybill::Options options;                                    // +
  options.service_name = "greeter";                            // +
  auto tracing = waybill::Tracing::Start(std::move(options));  // +
  if (!tracing.ok()) {                                         // +
    std::cerr << tracing.status() << "\n";                     // +
    return EXIT_FAILURE;                                       // +
  }                                                            // +

  Greeter greeter;
  int bound_port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + port,
                           grpc::InsecureServerCredentials(), &bound_port);
  builder.RegisterService(&greeter);
  builder.SetOption((*tracing)->ServerOption());  // +
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return EXIT_FAILURE;
  std::cout << "listening on 127.0.0.1:" << bound_port
            << "; press Enter to stop" << std::endl;
  std::cin.get();
  return EXIT_SUCCESS;
}
