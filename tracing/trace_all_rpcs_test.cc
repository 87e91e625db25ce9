// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Hooks for every channel and server of this process, which stay for good.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "waybill/exporters/fake_collector_for_test.h"
#include "waybill/exporters/untraced_call.h"
#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/tracing/tracing.h"
#include "waybill/tracing/tracing_for_test.h"

namespace waybill {
namespace {

constexpr char kClientAndServer[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

bool Call(const std::shared_ptr<grpc::Channel>& channel) {
  auto stub = testing::Echo::NewStub(channel);
  grpc::ClientContext context;
  return CallEcho(EchoApi::kSync, EchoShape::kUnary, *stub, context, {"hello"})
      .status.ok();
}

std::shared_ptr<grpc::Channel> PlainChannel(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

std::string AllRequests(const FakeCollector& collector) {
  std::string all;
  for (const auto& call : collector.calls()) all += call.request;
  return all;
}

// One call of the echo service, exported to collector: nothing but its two
// spans is ever recorded, and nothing follows.
void ExpectExportsAreNotTraced(FakeCollector* collector) {
  Options options;
  options.environment = Environment::Of({});
  options.otlp_endpoint = "http://" + collector->address();
  auto tracing = Tracing::Start(std::move(options));
  ASSERT_TRUE(tracing.ok()) << tracing.status();
  ASSERT_TRUE((*tracing)->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync);
  ASSERT_TRUE(Call(PlainChannel(server.address())));

  EXPECT_EQ(CountsAtRest(**tracing).started, 2u);
  EXPECT_TRUE((*tracing)->Flush(absl::Seconds(10)));
  const size_t exports = collector->calls().size();
  EXPECT_GE(exports, 1u);
  // An export that was traced would now be there to be exported.
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE((*tracing)->Flush(absl::Seconds(10)));
  }
  EXPECT_TRUE((*tracing)->Shutdown(absl::Seconds(10)));
  const RecorderCounts counts = CountsAtRest(**tracing);
  EXPECT_EQ(counts.started, 2u);
  EXPECT_EQ(counts.exported, 2u);
  EXPECT_EQ(collector->calls().size(), exports);
  EXPECT_TRUE(
      absl::StrContains(AllRequests(*collector), "waybill.testing.Echo/Unary"));
  EXPECT_FALSE(absl::StrContains(AllRequests(*collector), "TraceService"));
  EXPECT_FALSE(absl::StrContains(AllRequests(*collector), "_OTHER"));
}

TEST(TraceAllRpcsTest, ExportersOwnCallsAreNotTraced) {
  // As good as another process, if this test comes first: the server is made
  // before the hooks.
  FakeCollector collector;
  ExpectExportsAreNotTraced(&collector);
}

TEST(TraceAllRpcsTest, ACollectorThatExportsToItselfDoesNotTraceThat) {
  TestTracing hooks_are_in;
  ASSERT_TRUE(hooks_are_in.tracing->TraceAllRpcs().ok());
  FakeCollector collector;
  ExpectExportsAreNotTraced(&collector);
  EXPECT_EQ(hooks_are_in.Tree(), "");
}

TEST(TraceAllRpcsTest, CallsThatAreMarkedAsUntracedAreNotTraced) {
  TestTracing test;
  ASSERT_TRUE(test.tracing->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync);
  auto stub = testing::Echo::NewStub(PlainChannel(server.address()));
  grpc::ClientContext context;
  MarkUntraced(&context);
  EXPECT_TRUE(
      CallEcho(EchoApi::kSync, EchoShape::kUnary, *stub, context, {"hello"})
          .status.ok());
  EXPECT_EQ(test.Tree(), "waybill.testing.Echo/Unary SERVER\n");
}

TEST(TraceAllRpcsTest, PlainChannelsAndServersAreTraced) {
  TestTracing test;
  ASSERT_TRUE(test.tracing->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync);
  EXPECT_TRUE(Call(PlainChannel(server.address())));
  EXPECT_EQ(test.Tree(), kClientAndServer);
}

TEST(TraceAllRpcsTest, WhatIsTracedAnywayIsTracedOnce) {
  TestTracing test;
  ASSERT_TRUE(test.tracing->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync, {},
                    [&test](grpc::ServerBuilder& builder) {
                      builder.SetOption(test.tracing->ServerOption());
                    });
  EXPECT_TRUE(Call(test.tracing->CreateChannel(
      server.address(), grpc::InsecureChannelCredentials())));
  EXPECT_EQ(test.Tree(), kClientAndServer);
}

TEST(TraceAllRpcsTest, ALaterTracingTakesTheHooksOver) {
  TestTracing first;
  ASSERT_TRUE(first.tracing->TraceAllRpcs().ok());
  TestTracing second;
  ASSERT_TRUE(second.tracing->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync);
  EXPECT_TRUE(Call(PlainChannel(server.address())));
  EXPECT_EQ(first.Tree(), "");
  EXPECT_EQ(second.Tree(), kClientAndServer);
}

TEST(TraceAllRpcsTest, CallsGoOnAfterTheEnd) {
  auto test = std::make_unique<TestTracing>();
  ASSERT_TRUE(test->tracing->TraceAllRpcs().ok());
  EchoServer server(nullptr, EchoApi::kSync);
  auto channel = PlainChannel(server.address());
  EXPECT_TRUE(Call(channel));
  test.reset();
  EXPECT_TRUE(Call(channel));
}

}  // namespace
}  // namespace waybill
