// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Whose child a span is: an RPC made while another is answered, in each of the
// server APIs.

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

constexpr char kForeignTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kForeignTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

constexpr char kChain[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n"
    "    waybill.testing.Echo/Unary CLIENT\n"
    "      waybill.testing.Echo/Unary SERVER\n";

// Two calls that have nothing to do with one another.
constexpr char kTwoTraces[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n"
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

grpc::Status Send(Echo::StubInterface& stub, grpc::ClientContext& context,
                  const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  EchoReply reply;
  return stub.Unary(&context, request, &reply);
}

grpc::Status Send(Echo::StubInterface& stub, const std::string& text) {
  grpc::ClientContext context;
  return Send(stub, context, text);
}

// A client, a server in front of the given API, and a server behind it. The
// span of each request has its text.
class Chain {
 public:
  using InHandler = std::function<void(grpc::ServerContextBase& context)>;

  explicit Chain(EchoApi api, InHandler in_handler = nullptr,
                 const TracedServer::Configure& configure = nullptr)
      : back_(&recording_, EchoApi::kSync, Hooks(nullptr)),
        back_stub_(Echo::NewStub(back_.channel())),
        front_(&recording_, api, Hooks(std::move(in_handler)), configure),
        front_stub_(Echo::NewStub(front_.channel())) {}

  Echo::Stub& back() { return *back_stub_; }
  Echo::Stub& front() { return *front_stub_; }
  TraceRecording& recording() { return recording_; }

 private:
  EchoHooks Hooks(InHandler in_handler) {
    EchoHooks hooks;
    hooks.child = back_stub_.get();
    hooks.on_request = [in_handler](const std::string& text,
                                    grpc::ServerContextBase& context) {
      ServerSpan(context).SetAttribute("text", text);
      if (in_handler) in_handler(context);
    };
    return hooks;
  }

  TraceRecording recording_;
  EchoServer back_;
  const std::unique_ptr<Echo::Stub> back_stub_;
  EchoServer front_;
  const std::unique_ptr<Echo::Stub> front_stub_;
};

std::unique_ptr<grpc::ClientContext> ContextFrom(
    grpc::ServerContextBase& context) {
  auto* callback = dynamic_cast<grpc::CallbackServerContext*>(&context);
  return callback != nullptr
             ? grpc::ClientContext::FromCallbackServerContext(*callback)
             : grpc::ClientContext::FromServerContext(context);
}

std::string TestName(const ::testing::TestParamInfo<EchoApi>& info) {
  static constexpr const char* kNames[] = {"Sync", "Callback", "Queue"};
  return kNames[static_cast<int>(info.param)];
}

// Tests of all APIs. In a completion-queue server, the echo service makes the
// ServerSpan() of its call current, as an application has to.
class AnyApiTest : public ::testing::TestWithParam<EchoApi> {};
INSTANTIATE_TEST_SUITE_P(Apis, AnyApiTest,
                         ::testing::Values(EchoApi::kSync, EchoApi::kCallback,
                                           EchoApi::kCompletionQueue),
                         TestName);

// Tests of those in which gRPC calls a handler.
class HandlerApiTest : public ::testing::TestWithParam<EchoApi> {};
INSTANTIATE_TEST_SUITE_P(Apis, HandlerApiTest,
                         ::testing::Values(EchoApi::kSync, EchoApi::kCallback),
                         TestName);

TEST_P(AnyApiTest, CallWithAPlainContextIsAChildOfTheServerSpan) {
  Chain chain(GetParam());
  ASSERT_TRUE(Send(chain.front(), "call x").ok());
  EXPECT_EQ(chain.recording().Tree(), kChain);
}

TEST_P(AnyApiTest, CallWithAContextFromTheServersIsAChildOfTheServerSpan) {
  Chain chain(GetParam());
  ASSERT_TRUE(Send(chain.front(), "call-from x").ok());
  EXPECT_EQ(chain.recording().Tree(), kChain);
}

TEST_P(AnyApiTest, ContextFromTheServersWinsOverTheCurrentSpan) {
  Chain* chain = nullptr;
  Chain made(GetParam(), [&](grpc::ServerContextBase& context) {
    ScopedSpan other("other");
    auto child = ContextFrom(context);
    EXPECT_TRUE(Send(chain->back(), *child, "x").ok());
  });
  chain = &made;
  ASSERT_TRUE(Send(chain->front(), "y").ok());
  const std::vector<FinishedSpan> clients = chain->recording().Spans();
  std::map<uint64_t, FinishedSpan> by_id;
  for (const FinishedSpan& span : clients) by_id[span.span_id.value()] = span;
  for (const FinishedSpan& span : clients) {
    if (span.kind != SpanKind::kServer || span.attributes.at("text") != "x") {
      continue;
    }
    const FinishedSpan& client = by_id.at(span.parent_span_id.value());
    const FinishedSpan& server = by_id.at(client.parent_span_id.value());
    EXPECT_EQ(server.attributes.at("text"), "y");
  }
  EXPECT_EQ(clients.size(), 5u);
}

TEST_P(AnyApiTest, TraceparentOfTheApplicationWinsOverAll) {
  Chain* chain = nullptr;
  Chain made(GetParam(), [&](grpc::ServerContextBase& context) {
    ScopedSpan other("other");
    auto child = ContextFrom(context);
    child->AddMetadata("traceparent", kForeignTraceparent);
    EXPECT_TRUE(Send(chain->back(), *child, "x").ok());
  });
  chain = &made;
  ASSERT_TRUE(Send(chain->front(), "y").ok());
  size_t found = 0;
  for (const FinishedSpan& span : chain->recording().Spans()) {
    if (span.trace_id.ToHex() != kForeignTraceId) continue;
    ++found;
    if (span.kind == SpanKind::kClient) {
      EXPECT_EQ(span.parent_span_id.ToHex(), "00f067aa0ba902b7");
    } else {
      EXPECT_EQ(span.attributes.at("text"), "x");
    }
  }
  EXPECT_EQ(found, 2u);
}

TEST_P(HandlerApiTest, ServerSpanIsCurrentInTheHandler) {
  SpanContext current;
  SpanContext server;
  Chain chain(GetParam(), [&](grpc::ServerContextBase& context) {
    current = CurrentSpan().context();
    server = ServerSpan(context).context();
    CurrentSpan().SetAttribute("cart.items", 3);
  });
  ASSERT_TRUE(Send(chain.front(), "x").ok());
  EXPECT_TRUE(current.IsValid());
  EXPECT_EQ(current, server);
  for (const FinishedSpan& span : chain.recording().Spans()) {
    EXPECT_EQ(span.attributes.count("cart.items"),
              span.kind == SpanKind::kServer ? 1u : 0u);
  }
}

TEST(CompletionQueueApiTest, NoSpanIsCurrentUntilServerSpanIsMadeSo) {
  bool current = true;
  bool server = false;
  Chain chain(EchoApi::kCompletionQueue, [&](grpc::ServerContextBase& context) {
    current = CurrentSpan().context().IsValid();
    server = ServerSpan(context).IsRecording();
  });
  ASSERT_TRUE(Send(chain.front(), "x").ok());
  EXPECT_FALSE(current);
  EXPECT_TRUE(server);
}

TEST_P(HandlerApiTest, SpanStartedInTheHandlerIsAChildOfTheServerSpan) {
  Chain chain(GetParam(), [&](grpc::ServerContextBase&) {
    const Span query = StartSpan("postgres.query");
  });
  ASSERT_TRUE(Send(chain.front(), "x").ok());
  EXPECT_EQ(chain.recording().Tree(),
            "waybill.testing.Echo/Unary CLIENT\n"
            "  waybill.testing.Echo/Unary SERVER\n"
            "    postgres.query INTERNAL\n");
}

TEST_P(HandlerApiTest, BoundFunctionHasTheServerSpanOnAnotherThread) {
  Chain* chain = nullptr;
  Chain made(GetParam(), [&](grpc::ServerContextBase&) {
    std::thread(Bind([&] {
      EXPECT_TRUE(Send(chain->back(), "x").ok());
    })).join();
  });
  chain = &made;
  ASSERT_TRUE(Send(chain->front(), "y").ok());
  EXPECT_EQ(chain->recording().Tree(), kChain);
}

TEST_P(HandlerApiTest, UnboundFunctionOnAnotherThreadStartsItsOwnTrace) {
  Chain* chain = nullptr;
  Chain made(GetParam(), [&](grpc::ServerContextBase&) {
    std::thread([&] { EXPECT_TRUE(Send(chain->back(), "x").ok()); }).join();
  });
  chain = &made;
  ASSERT_TRUE(Send(chain->front(), "y").ok());
  EXPECT_EQ(chain->recording().Tree(), kTwoTraces);
}

TEST(ClientParentTest, CallIsAChildOfTheCurrentSpanOfItsThread) {
  Chain chain(EchoApi::kSync);
  {
    ScopedSpan span("checkout");
    ASSERT_TRUE(Send(chain.front(), "x").ok());
  }
  EXPECT_EQ(chain.recording().Tree(),
            "checkout INTERNAL\n"
            "  waybill.testing.Echo/Unary CLIENT\n"
            "    waybill.testing.Echo/Unary SERVER\n");
}

// Many requests at once, on threads that they share: each back server's span
// must descend from the front's span of the same request.
TEST_P(AnyApiTest, InterleavedRequestsNeverSwapParents) {
  constexpr int kThreads = 8;
  constexpr int kCalls = 40;
  Chain chain(GetParam());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCalls; ++i) {
        const char* verb = i % 2 == 0 ? "call " : "call-from ";
        EXPECT_TRUE(Send(chain.front(), absl::StrCat(verb, t, "-", i)).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  const std::vector<FinishedSpan> spans = chain.recording().Spans();
  EXPECT_EQ(spans.size(), size_t{4 * kThreads * kCalls});
  std::map<uint64_t, const FinishedSpan*> by_id;
  for (const FinishedSpan& span : spans) by_id[span.span_id.value()] = &span;
  for (const FinishedSpan& back : spans) {
    if (back.kind != SpanKind::kServer) continue;
    const std::string& text = back.attributes.at("text");
    if (text.find(' ') != text.npos) continue;  // the front's
    const FinishedSpan& client = *by_id.at(back.parent_span_id.value());
    const FinishedSpan& front = *by_id.at(client.parent_span_id.value());
    EXPECT_EQ(front.kind, SpanKind::kServer);
    EXPECT_EQ(front.attributes.at("text").substr(
                  front.attributes.at("text").find(' ') + 1),
              text);
    EXPECT_FALSE(
        by_id.at(front.parent_span_id.value())->parent_span_id.IsValid());
  }
}

// Asks, on the server's threads, between handlers, which span is current.
class AskingFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit AskingFactory(std::atomic<int>* stale) : stale_(*stale) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo*) override {
    if (CurrentSpan().context().IsValid()) ++stale_;
    return nullptr;
  }

 private:
  std::atomic<int>& stale_;
};

TEST_P(HandlerApiTest, ThreadsHaveNoCurrentSpanAfterAHandler) {
  std::atomic<int> stale{0};
  Chain chain(GetParam(), nullptr, [&](grpc::ServerBuilder& builder) {
    std::vector<
        std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        factories;
    factories.push_back(std::make_unique<AskingFactory>(&stale));
    builder.experimental().SetInterceptorCreators(std::move(factories));
  });
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(Send(chain.front(), i % 2 == 0 ? "call x" : "x").ok());
    ASSERT_FALSE(Send(chain.front(), "error 5 none").ok());
    EXPECT_FALSE(CurrentSpan().context().IsValid());
  }
  EXPECT_EQ(stale, 0);
}

}  // namespace
}  // namespace waybill
