// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A program that has a global client interceptor factory of its own, of which
// gRPC takes one a process.
#include <grpcpp/create_channel.h>
#include <grpcpp/support/client_interceptor.h>
#include <gtest/gtest.h>

#include <atomic>

#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/tracing/tracing.h"
#include "waybill/tracing/tracing_for_test.h"

namespace waybill {
namespace {

class ProgramsOwn final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  class PassThrough final : public grpc::experimental::Interceptor {
   public:
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

  std::atomic<int> calls{0};
};

TEST(TraceAllRpcsTakenTest, StepsAsideForChannelsAndTracesServers) {
  static ProgramsOwn& own = *new ProgramsOwn;
  grpc::experimental::RegisterGlobalClientInterceptorFactory(&own);
  TestTracing test;
  const absl::Status hooked = test.tracing->TraceAllRpcs();
  EXPECT_EQ(hooked.code(), absl::StatusCode::kAlreadyExists) << hooked;
  EXPECT_EQ(test.tracing->TraceAllRpcs().code(),
            absl::StatusCode::kAlreadyExists);

  EchoServer server(nullptr, EchoApi::kSync);
  auto stub = testing::Echo::NewStub(grpc::CreateChannel(
      server.address(), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  EXPECT_TRUE(
      CallEcho(EchoApi::kSync, EchoShape::kUnary, *stub, context, {"hello"})
          .status.ok());
  EXPECT_EQ(test.Tree(), "waybill.testing.Echo/Unary SERVER\n");
  EXPECT_EQ(own.calls, 1);
}

}  // namespace
}  // namespace waybill
