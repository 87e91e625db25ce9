// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What is left, and what is not, where gRPC's private members are out of reach:
// everything here is compiled with WAYBILL_PUBLIC_GRPC_ONLY. The fixture of the
// other tests is not.

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "testing/echo.grpc.pb.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/rpc_instrumentation.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/interceptors/server_interceptor.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/propagation/propagators.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/in_memory_exporter.h"
#include "waybill/testing/span_tree.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

constexpr char kPair[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

class Service final : public Echo::Service {
 public:
  std::function<void(grpc::ServerContext& context)> in_handler;

  grpc::Status Unary(grpc::ServerContext* context, const EchoRequest*,
                     EchoReply*) override {
    if (in_handler) in_handler(*context);
    return grpc::Status::OK;
  }
};

class PublicGrpcOnlyTest : public ::testing::Test {
 protected:
  PublicGrpcOnlyTest() {
    auto exporter = std::make_unique<InMemoryExporter>();
    spans_ = exporter->spans();
    recorder_ = Recorder::Start(std::move(exporter), {});
    instrumentation_ = new RpcInstrumentation(
        &recorder_->tracer(), *MakePropagator(""), RpcOptions(), nullptr);
    // Never destroyed, and known to a checker for leaks.
    static auto& kept = *new std::vector<RpcInstrumentation*>;
    kept.push_back(instrumentation_);
  }

  // by_option: as with private members; otherwise as an application has to do
  // it without.
  void StartServer(bool by_option) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service_);
    if (by_option) {
      builder.SetOption(MakeServerOption(instrumentation_));
    } else {
      std::vector<std::unique_ptr<
          grpc::experimental::ServerInterceptorFactoryInterface>>
          factories;
      factories.push_back(std::make_unique<ServerInterceptorFactory>(
          instrumentation_, /*knows_methods=*/false));
      builder.experimental().SetInterceptorCreators(std::move(factories));
    }
    server_ = builder.BuildAndStart();
    const std::string target = "127.0.0.1:" + std::to_string(port);
    std::vector<
        std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
        interceptors;
    interceptors.push_back(
        MakeClientInterceptorFactory(instrumentation_, target));
    stub_ =
        Echo::NewStub(grpc::experimental::CreateCustomChannelWithInterceptors(
            target, grpc::InsecureChannelCredentials(),
            grpc::ChannelArguments(), std::move(interceptors)));
  }

  void Send(grpc::ClientContext& context) {
    EchoReply reply;
    EXPECT_TRUE(stub_->Unary(&context, EchoRequest(), &reply).ok());
  }
  void Send() {
    grpc::ClientContext context;
    Send(context);
  }

  // A sync server's span ends before its client has the answer.
  std::string Tree() {
    recorder_->Flush(absl::Seconds(10));
    return SpanTree(spans_->Get());
  }

  std::shared_ptr<FinishedSpans> spans_;
  std::unique_ptr<Recorder> recorder_;
  RpcInstrumentation* instrumentation_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Echo::Stub> stub_;
};

TEST_F(PublicGrpcOnlyTest, FactoryOfTheApplicationTracesAServer) {
  StartServer(/*by_option=*/false);
  Send();
  EXPECT_EQ(Tree(), kPair);
}

TEST_F(PublicGrpcOnlyTest, ServerSpanIsFoundButNotCurrentInAHandler) {
  service_.in_handler = [](grpc::ServerContext& context) {
    EXPECT_FALSE(CurrentSpan().context().IsValid());
    ServerSpan(context).SetAttribute("cart.items", 3);
  };
  StartServer(/*by_option=*/false);
  Send();
  EXPECT_EQ(Tree(), kPair);
  for (const FinishedSpan& span : spans_->Get()) {
    EXPECT_EQ(span.attributes.count("cart.items"),
              span.kind == SpanKind::kServer ? 1u : 0u);
  }
}

TEST_F(PublicGrpcOnlyTest, CallIsAChildWhereTheServerSpanIsMadeCurrent) {
  bool is_first = true;
  service_.in_handler = [&](grpc::ServerContext& context) {
    if (!std::exchange(is_first, false)) return;
    Scope scope(ServerSpan(context));
    Send();
  };
  StartServer(/*by_option=*/false);
  Send();
  EXPECT_EQ(Tree(),
            "waybill.testing.Echo/Unary CLIENT\n"
            "  waybill.testing.Echo/Unary SERVER\n"
            "    waybill.testing.Echo/Unary CLIENT\n"
            "      waybill.testing.Echo/Unary SERVER\n");
}

TEST_F(PublicGrpcOnlyTest, CallWithAContextFromTheServersHasNoParentByThat) {
  bool is_first = true;
  service_.in_handler = [&](grpc::ServerContext& context) {
    if (!std::exchange(is_first, false)) return;
    Send(*grpc::ClientContext::FromServerContext(context));
  };
  StartServer(/*by_option=*/false);
  Send();
  EXPECT_EQ(Tree(), std::string(kPair) + kPair);
}

TEST_F(PublicGrpcOnlyTest, ServerOptionTracesNothingAndBreaksNothing) {
  StartServer(/*by_option=*/true);
  Send();
  EXPECT_EQ(Tree(), "waybill.testing.Echo/Unary CLIENT\n");
}

TEST_F(PublicGrpcOnlyTest, ChannelTracedByItselfAndGloballyHasTwoSpansACall) {
  StartServer(/*by_option=*/false);
  const auto global = MakeGlobalClientInterceptorFactory(instrumentation_);
  grpc::experimental::RegisterGlobalClientInterceptorFactory(global.get());
  Send();
  grpc::experimental::TestOnlyResetGlobalClientInterceptorFactory();
  EXPECT_EQ(Tree(),
            "waybill.testing.Echo/Unary CLIENT\n"
            "  waybill.testing.Echo/Unary CLIENT\n"
            "    waybill.testing.Echo/Unary SERVER\n");
}

}  // namespace
}  // namespace waybill
