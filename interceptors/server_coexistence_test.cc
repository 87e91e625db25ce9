// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Servers that have interceptors or plugins of their own, are traced twice over
// or one after the other, and applications that treat calls roughly.

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerInterceptorFactoryInterface;
using grpc::experimental::ServerRpcInfo;
using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

constexpr char kPair[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

grpc::Status Send(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::ClientContext context;
  EchoReply reply;
  return Echo::NewStub(channel)->Unary(&context, EchoRequest(), &reply);
}

// An application's own interceptor, which counts its calls.
class OwnFactory final : public ServerInterceptorFactoryInterface {
 public:
  explicit OwnFactory(std::atomic<int>* seen) : seen_(*seen) {}
  Interceptor* CreateServerInterceptor(ServerRpcInfo*) override {
    return new Own(&seen_);
  }

 private:
  class Own final : public Interceptor {
   public:
    explicit Own(std::atomic<int>* seen) : seen_(*seen) {}
    void Intercept(InterceptorBatchMethods* methods) override {
      if (methods->QueryInterceptionHookPoint(
              grpc::experimental::InterceptionHookPoints::PRE_SEND_STATUS)) {
        ++seen_;
      }
      methods->Proceed();
    }

   private:
    std::atomic<int>& seen_;
  };

  std::atomic<int>& seen_;
};

std::vector<std::unique_ptr<ServerInterceptorFactoryInterface>> OwnFactories(
    std::atomic<int>* seen) {
  std::vector<std::unique_ptr<ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<OwnFactory>(seen));
  return factories;
}

TEST(ServerCoexistenceTest, OwnInterceptorsAreKeptWheneverTheyAreSet) {
  for (const bool option_first : {true, false}) {
    std::atomic<int> seen{0};
    TraceRecording recording;
    const auto service = MakeSyncEcho({});
    // The fixture sets the option once more, which changes nothing.
    TracedServer server(&recording, [&](grpc::ServerBuilder& builder) {
      if (option_first) {
        builder.SetOption(MakeServerOption(&recording.instrumentation()));
      }
      builder.experimental().SetInterceptorCreators(OwnFactories(&seen));
      service->Register(builder);
    });
    EXPECT_TRUE(Send(server.channel()).ok());
    EXPECT_EQ(recording.Tree(), kPair);
    EXPECT_EQ(seen, 1);
  }
}

TEST(ServerCoexistenceTest, ServerTracedTwiceHasOneSpanACall) {
  for (const EchoApi api :
       {EchoApi::kSync, EchoApi::kCallback, EchoApi::kCompletionQueue}) {
    TraceRecording recording;
    TraceRecording second;
    EchoServer server(&recording, api, {}, [&](grpc::ServerBuilder& builder) {
      builder.SetOption(MakeServerOption(&recording.instrumentation()));
      builder.SetOption(MakeServerOption(&second.instrumentation()));
    });
    EXPECT_TRUE(Send(server.channel()).ok());
    EXPECT_EQ(recording.Tree(), kPair);
    EXPECT_EQ(second.Tree(), "");
  }
}

TEST(ServerCoexistenceTest, ServiceMayMoveToAnotherServer) {
  for (const bool callback : {false, true}) {
    EchoHooks hooks;
    hooks.on_request = [](const std::string&, grpc::ServerContextBase&) {
      CurrentSpan().AddEvent("handled");
    };
    const auto service =
        callback ? MakeCallbackEcho(hooks) : MakeSyncEcho(hooks);
    const auto configure = [&](grpc::ServerBuilder& builder) {
      service->Register(builder);
    };
    for (int i = 0; i < 3; ++i) {
      TraceRecording recording;
      TracedServer server(&recording, configure);
      EXPECT_TRUE(Send(server.channel()).ok());
      EXPECT_EQ(recording.Tree(), kPair);
      size_t handled = 0;
      for (const FinishedSpan& span : recording.Spans()) {
        handled += span.events.size();
      }
      EXPECT_EQ(handled, 1u);
    }
    TracedServer untraced(nullptr, configure);
    EXPECT_TRUE(Send(untraced.channel()).ok());
  }
}

// Which gRPC allows, except in the completion-queue API.
TEST(ServerCoexistenceTest, ServiceMayJoinAnotherServerWhileItAnswers) {
  for (const bool first_is_traced : {true, false}) {
    TraceRecording recording;
    const auto service = MakeSyncEcho({});
    const auto configure = [&](grpc::ServerBuilder& builder) {
      service->Register(builder);
    };
    TracedServer first(first_is_traced ? &recording : nullptr, configure);
    const auto channel = first.channel();
    std::atomic<bool> enough{false};
    std::thread caller([&] {
      while (!enough) EXPECT_TRUE(Send(channel).ok());
    });
    for (int i = 0; i < 20; ++i) {
      TracedServer another(&recording, configure);
      EXPECT_TRUE(Send(another.channel()).ok());
    }
    enough = true;
    caller.join();
  }
}

// Calls a method of one of gRPC's own services with the message in bytes.
grpc::Status CallGeneric(const std::shared_ptr<grpc::Channel>& channel,
                         const std::string& method, const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer reply;
  grpc::Status status;
  absl::Notification done;
  stub.UnaryCall(&context, method, {}, &request, &reply,
                 [&](const grpc::Status& ended) {
                   status = ended;
                   done.Notify();
                 });
  done.WaitForNotification();
  return status;
}

TEST(ServerCoexistenceTest, GrpcsOwnServicesAreTracedByTheirNames) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  TraceRecording recording;
  EchoServer server(&recording, EchoApi::kCallback);
  grpc::EnableDefaultHealthCheckService(false);
  const auto channel =
      grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  EXPECT_TRUE(CallGeneric(channel, "/grpc.health.v1.Health/Check", "").ok());
  EXPECT_EQ(recording.Tree(), "grpc.health.v1.Health/Check SERVER\n");
  recording.Clear();
  // list_services: "".
  EXPECT_TRUE(CallGeneric(channel,
                          "/grpc.reflection.v1alpha.ServerReflection/"
                          "ServerReflectionInfo",
                          std::string("\x3a\0", 2))
                  .ok());
  EXPECT_EQ(recording.Tree(),
            "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo "
            "SERVER\n");
  recording.Clear();
  EXPECT_TRUE(Send(server.channel()).ok());
  EXPECT_EQ(recording.Tree(), kPair);
}

TEST(ServerCoexistenceTest, InProcessChannelIsLikeAnyOther) {
  for (const EchoApi api :
       {EchoApi::kSync, EchoApi::kCallback, EchoApi::kCompletionQueue}) {
    TraceRecording recording;
    EchoServer server(&recording, api);
    EXPECT_TRUE(
        Send(server.server().InProcessChannel(grpc::ChannelArguments())).ok());
    EXPECT_EQ(recording.Tree(), "waybill.testing.Echo/Unary SERVER\n");
    recording.Clear();
    std::vector<
        std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
        factories;
    factories.push_back(
        MakeClientInterceptorFactory(&recording.instrumentation(), ""));
    EXPECT_TRUE(
        Send(server.server().experimental().InProcessChannelWithInterceptors(
                 grpc::ChannelArguments(), std::move(factories)))
            .ok());
    EXPECT_EQ(recording.Tree(), kPair);
  }
}

// gRPC can say whether a call of a completion-queue server is cancelled only to
// an application that has asked to be told of it; most have not.
TEST(ServerCoexistenceTest, QueueThatIsNotToldOfCancelledCallsIsLeftAlone) {
  EchoHooks hooks;
  hooks.notify_when_done = false;
  TraceRecording recording;
  EchoServer server(&recording, EchoApi::kCompletionQueue, hooks);
  const auto stub = Echo::NewStub(server.channel());
  for (const EchoShape shape :
       {EchoShape::kUnary, EchoShape::kClientStream, EchoShape::kServerStream,
        EchoShape::kBidiStream}) {
    for (const char* text : {"x", "error 13 it broke"}) {
      const char* status = text[0] == 'x' ? "" : " ERROR";
      recording.Clear();
      grpc::ClientContext context;
      CallEcho(EchoApi::kSync, shape, *stub, context, {text});
      EXPECT_EQ(recording.Tree(), EchoMethod(shape) + " CLIENT" + status +
                                      "\n  " + EchoMethod(shape) + " SERVER" +
                                      status + "\n");
    }
  }
  recording.Clear();
  {
    grpc::ClientContext context;
    const auto stream = stub->BidiStream(&context);
    EchoReply reply;
    EXPECT_TRUE(stream->Write(EchoRequest()));
    EXPECT_TRUE(stream->Read(&reply));
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  EXPECT_EQ(recording.Tree(),
            "waybill.testing.Echo/BidiStream CLIENT ERROR\n"
            "  waybill.testing.Echo/BidiStream SERVER\n");
}

TEST(ServerCoexistenceTest, CallThatTheApplicationDropsIsCancelled) {
  TraceRecording recording;
  Echo::AsyncService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  TracedServer server(&recording, [&](grpc::ServerBuilder& builder) {
    builder.RegisterService(&service);
    queue = builder.AddCompletionQueue();
  });
  auto context = std::make_unique<grpc::ServerContext>();
  auto responder = std::make_unique<grpc::ServerAsyncResponseWriter<EchoReply>>(
      context.get());
  EchoRequest request;
  service.RequestUnary(context.get(), &request, responder.get(), queue.get(),
                       queue.get(), nullptr);
  grpc::ClientContext client_context;
  std::thread client([&] {
    EchoReply reply;
    EXPECT_EQ(Echo::NewStub(server.channel())
                  ->Unary(&client_context, EchoRequest(), &reply)
                  .error_code(),
              grpc::StatusCode::CANCELLED);
  });
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue->Next(&tag, &ok));
  ASSERT_TRUE(ok);
  // gRPC keeps such a call until its caller gives up, and tells interceptors
  // then, after the context has gone.
  responder.reset();
  context.reset();
  client_context.TryCancel();
  std::thread drain([&] {
    while (queue->Next(&tag, &ok)) {
    }
  });
  client.join();
  server.Shutdown();
  queue->Shutdown();
  drain.join();
  EXPECT_EQ(recording.Tree(),
            "waybill.testing.Echo/Unary CLIENT ERROR\n"
            "  waybill.testing.Echo/Unary SERVER\n");
  for (const FinishedSpan& span : recording.Spans()) {
    if (span.kind != SpanKind::kServer) continue;
    EXPECT_EQ(span.attributes.at("rpc.response.status_code"), "CANCELLED");
  }
}

// A handler that never looks learns nothing; its span shows that nobody got
// what it answered.
TEST(ServerCoexistenceTest, AnswerToACallerThatHasGoneIsCancelled) {
  TraceRecording recording;
  grpc::ClientContext context;
  EchoHooks cancel;
  cancel.on_hang = [&] { context.TryCancel(); };
  EchoServer hangs(nullptr, EchoApi::kSync, cancel);
  const auto child = Echo::NewStub(hangs.channel());
  EchoHooks hooks;
  hooks.on_request = [&](const std::string&, grpc::ServerContextBase& served) {
    // gRPC cancels the child when it hears that the caller has gone, so that
    // its end tells that without the question whether this call is cancelled.
    EchoRequest request;
    request.set_text("hang");
    EchoReply reply;
    EXPECT_FALSE(
        child
            ->Unary(grpc::ClientContext::FromServerContext(served).get(),
                    request, &reply)
            .ok());
  };
  EchoServer server(&recording, EchoApi::kSync, hooks);
  EchoReply reply;
  EXPECT_EQ(Echo::NewStub(server.channel())
                ->Unary(&context, EchoRequest(), &reply)
                .error_code(),
            grpc::StatusCode::CANCELLED);
  EXPECT_EQ(recording.Tree(),
            "waybill.testing.Echo/Unary CLIENT ERROR\n"
            "  waybill.testing.Echo/Unary SERVER\n");
  for (const FinishedSpan& span : recording.Spans()) {
    if (span.kind != SpanKind::kServer) continue;
    EXPECT_EQ(span.attributes.at("rpc.response.status_code"), "CANCELLED");
    EXPECT_EQ(span.events.size(), 1u);
  }
}

}  // namespace
}  // namespace waybill
