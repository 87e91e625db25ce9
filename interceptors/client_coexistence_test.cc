// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Clients that have interceptors of their own, are traced twice over, or give
// a call up.

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "waybill/interceptors/client_interceptor.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

using grpc::experimental::ClientInterceptorFactoryInterface;
using grpc::experimental::ClientRpcInfo;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

using Factories =
    std::vector<std::unique_ptr<ClientInterceptorFactoryInterface>>;

constexpr char kPair[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

grpc::Status Send(Echo::Stub& stub) {
  grpc::ClientContext context;
  EchoReply reply;
  return stub.Unary(&context, EchoRequest(), &reply);
}

std::shared_ptr<grpc::Channel> Channel(const std::string& target,
                                       Factories factories) {
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, grpc::InsecureChannelCredentials(), grpc::ChannelArguments(),
      std::move(factories));
}

// An application's own interceptor: counts its calls, or answers them itself.
class OwnFactory final : public ClientInterceptorFactoryInterface {
 public:
  OwnFactory(bool hijacks, std::atomic<int>* seen)
      : hijacks_(hijacks), seen_(*seen) {}
  Interceptor* CreateClientInterceptor(ClientRpcInfo*) override {
    return new Own(hijacks_, &seen_);
  }

 private:
  class Own final : public Interceptor {
   public:
    Own(bool hijacks, std::atomic<int>* seen)
        : hijacks_(hijacks), seen_(*seen) {}
    void Intercept(InterceptorBatchMethods* methods) override {
      if (methods->QueryInterceptionHookPoint(
              InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
        ++seen_;
        if (hijacks_) {
          methods->Hijack();
          return;
        }
        methods->GetSendInitialMetadata()->emplace("x-own", "1");
      }
      if (hijacks_ && methods->QueryInterceptionHookPoint(
                          InterceptionHookPoints::PRE_RECV_STATUS)) {
        *methods->GetRecvStatus() =
            grpc::Status(grpc::StatusCode::ABORTED, "hijacked");
      }
      methods->Proceed();
    }

   private:
    const bool hijacks_;
    std::atomic<int>& seen_;
  };

  const bool hijacks_;
  std::atomic<int>& seen_;
};

class ClientCoexistenceTest : public ::testing::Test {
 protected:
  std::unique_ptr<ClientInterceptorFactoryInterface> Ours() {
    return MakeClientInterceptorFactory(&recording_.instrumentation(),
                                        server_.address());
  }
  std::unique_ptr<ClientInterceptorFactoryInterface> Own(bool hijacks) {
    return std::make_unique<OwnFactory>(hijacks, &seen_);
  }
  std::unique_ptr<Echo::Stub> Stub(Factories factories) {
    return Echo::NewStub(Channel(server_.address(), std::move(factories)));
  }

  TraceRecording recording_;
  EchoServer server_{&recording_, EchoApi::kSync};
  std::atomic<int> seen_{0};
};

TEST_F(ClientCoexistenceTest, OwnInterceptorRunsOnEitherSideOfOurs) {
  for (const bool ours_first : {true, false}) {
    Factories factories;
    if (ours_first) factories.push_back(Ours());
    factories.push_back(Own(/*hijacks=*/false));
    if (!ours_first) factories.push_back(Ours());
    recording_.Clear();
    seen_ = 0;
    EXPECT_TRUE(Send(*Stub(std::move(factories))).ok());
    EXPECT_EQ(seen_, 1);
    EXPECT_EQ(recording_.Tree(), kPair);
  }
}

TEST_F(ClientCoexistenceTest, CallHijackedAfterOursHasAClientSpanAlone) {
  Factories factories;
  factories.push_back(Ours());
  factories.push_back(Own(/*hijacks=*/true));
  EXPECT_EQ(Send(*Stub(std::move(factories))).error_message(), "hijacked");
  EXPECT_EQ(recording_.Tree(), "waybill.testing.Echo/Unary CLIENT ERROR\n");
  EXPECT_EQ(recording_.Spans().at(0).attributes.at("rpc.response.status_code"),
            "ABORTED");
}

TEST_F(ClientCoexistenceTest, CallHijackedBeforeOursHasNoSpan) {
  Factories factories;
  factories.push_back(Own(/*hijacks=*/true));
  factories.push_back(Ours());
  EXPECT_EQ(Send(*Stub(std::move(factories))).error_message(), "hijacked");
  EXPECT_EQ(recording_.Tree(), "");
  EXPECT_EQ(recording_.recorder().counts().started, 0u);
}

TEST_F(ClientCoexistenceTest, ChannelTracedTwiceHasOneSpanACall) {
  Factories factories;
  factories.push_back(Ours());
  factories.push_back(Own(/*hijacks=*/false));
  factories.push_back(Ours());
  EXPECT_TRUE(Send(*Stub(std::move(factories))).ok());
  EXPECT_EQ(recording_.Tree(), kPair);
}

// A call that one thread makes and another starts, or that is never started,
// must not be taken for the next one, whose context lies at the same place.
TEST_F(ClientCoexistenceTest, EachCallIsTracedWhereverItsContextLies) {
  Factories factories;
  factories.push_back(Ours());
  const auto stub = Stub(std::move(factories));
  alignas(grpc::ClientContext) char place[sizeof(grpc::ClientContext)];
  for (int i = 0; i < 3; ++i) {
    auto* context = new (place) grpc::ClientContext;
    grpc::CompletionQueue queue;
    auto call = stub->PrepareAsyncUnary(context, EchoRequest(), &queue);
    // The first is destroyed without a start.
    if (i > 0) {
      EchoReply reply;
      grpc::Status status;
      std::thread([&] {
        call->StartCall();
        call->Finish(&reply, &status, nullptr);
        void* tag = nullptr;
        bool ok = false;
        queue.Next(&tag, &ok);
        call.reset();
        context->~ClientContext();
      }).join();
      EXPECT_TRUE(status.ok());
    } else {
      std::thread([&] {
        call.reset();
        context->~ClientContext();
      }).join();
    }
    queue.Shutdown();
  }
  EXPECT_EQ(recording_.Tree(), std::string(kPair) + kPair);
}

// Registers the factory for all channels of the process.
class GlobalFactory {
 public:
  explicit GlobalFactory(RpcInstrumentation* instrumentation)
      : factory_(MakeGlobalClientInterceptorFactory(instrumentation)) {
    grpc::experimental::RegisterGlobalClientInterceptorFactory(factory_.get());
  }
  ~GlobalFactory() {
    grpc::experimental::TestOnlyResetGlobalClientInterceptorFactory();
  }

 private:
  const std::unique_ptr<ClientInterceptorFactoryInterface> factory_;
};

TEST_F(ClientCoexistenceTest, GlobalFactoryTracesPlainAndTracedChannelsOnce) {
  GlobalFactory global(&recording_.instrumentation());
  EXPECT_TRUE(Send(*Stub(Factories())).ok());
  EXPECT_EQ(recording_.Tree(), kPair);
  recording_.Clear();
  Factories factories;
  factories.push_back(Ours());
  EXPECT_TRUE(Send(*Stub(std::move(factories))).ok());
  EXPECT_EQ(recording_.Tree(), kPair);
}

// gRPC calls whatever the global factory has made, null included.
TEST_F(ClientCoexistenceTest, GlobalFactoryLeavesUntracedCallsAlone) {
  TraceRecording::Options options;
  options.rpc.untraced_methods = {"waybill.testing.Echo/*"};
  TraceRecording untraced(std::move(options));
  GlobalFactory global(&untraced.instrumentation());
  EXPECT_TRUE(Send(*Stub(Factories())).ok());
  EXPECT_EQ(untraced.Tree(), "");
}

TEST_F(ClientCoexistenceTest, CallsThatMustNotBeTracedAreNot) {
  TraceRecording::Options options;
  options.is_untraced = [](const grpc::ClientContext& context) {
    return context.census_context() != nullptr;
  };
  TraceRecording client(std::move(options));
  const auto stub = Echo::NewStub(client.MakeChannel(server_.address()));
  grpc::ClientContext context;
  int mark = 0;
  context.set_census_context(reinterpret_cast<census_context*>(&mark));
  EchoReply reply;
  EXPECT_TRUE(stub->Unary(&context, EchoRequest(), &reply).ok());
  EXPECT_EQ(client.Tree(), "");
  EXPECT_EQ(recording_.Tree(), "waybill.testing.Echo/Unary SERVER\n");
  EXPECT_TRUE(Send(*stub).ok());
  EXPECT_EQ(client.Tree(), "waybill.testing.Echo/Unary CLIENT\n");
}

TEST_F(ClientCoexistenceTest, CallThatReachesNobodyIsAnError) {
  std::string nobody;
  {
    EchoServer gone(nullptr, EchoApi::kSync);
    nobody = gone.address();
  }
  struct Row {
    std::shared_ptr<grpc::Channel> channel;
    const char* why;
  };
  const Row kRows[] = {
      {recording_.MakeChannel(nobody), "refused"},
      {recording_.MakeChannel("no-such-scheme://%"), "no target at all"},
      {[&] {
         Factories factories;
         factories.push_back(Ours());
         return grpc::experimental::CreateCustomChannelWithInterceptors(
             nobody, nullptr, grpc::ChannelArguments(), std::move(factories));
       }(),
       "a lame channel: no credentials"},
  };
  for (const Row& row : kRows) {
    recording_.Clear();
    const grpc::Status status = Send(*Echo::NewStub(row.channel));
    EXPECT_FALSE(status.ok()) << row.why;
    EXPECT_EQ(recording_.Tree(), "waybill.testing.Echo/Unary CLIENT ERROR\n")
        << row.why;
    EXPECT_EQ(recording_.Spans().at(0).status_message, status.error_message());
  }
}

TEST_F(ClientCoexistenceTest, CallCancelledBeforeItsStartIsAnError) {
  const auto stub = Echo::NewStub(server_.channel());
  grpc::ClientContext context;
  context.TryCancel();
  EchoReply reply;
  EXPECT_EQ(stub->Unary(&context, EchoRequest(), &reply).error_code(),
            grpc::StatusCode::CANCELLED);
  // Whether the server hears of it at all is up to gRPC.
  FinishedSpan client;
  for (const FinishedSpan& span : recording_.Spans()) {
    if (span.kind == SpanKind::kClient) client = span;
  }
  EXPECT_EQ(client.attributes["rpc.response.status_code"], "CANCELLED");
  EXPECT_EQ(client.status, StatusCode::kError);
}

TEST_F(ClientCoexistenceTest, CallGivenUpWithoutItsStatusIsAnErrorOfItsOwn) {
  const auto stub = Echo::NewStub(server_.channel());
  {
    grpc::ClientContext context;
    auto reader = stub->ServerStream(&context, EchoRequest());
    EchoReply reply;
    EXPECT_TRUE(reader->Read(&reply));
  }
  FinishedSpan client;
  for (const FinishedSpan& span : recording_.Spans()) {
    if (span.kind == SpanKind::kClient) client = span;
  }
  EXPECT_EQ(client.status, StatusCode::kError);
  EXPECT_EQ(client.attributes["error.type"], "_OTHER");
  EXPECT_EQ(client.attributes.count("rpc.response.status_code"), 0u);
  const RecorderCounts counts = recording_.recorder().counts();
  EXPECT_EQ(counts.started, counts.ended);
}

}  // namespace
}  // namespace waybill
