// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A Tracing, its servers and its channels, over real sockets. Hooks for all of
// a process cannot be taken out again: they have tests of their own, in
// trace_all_rpcs_test.cc and trace_all_rpcs_taken_test.cc.
#include "waybill/tracing/tracing.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/span_tree.h"
#include "waybill/tracing/tracing_for_test.h"

namespace waybill {
namespace {

using Headers = std::multimap<std::string, std::string>;

constexpr char kTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kClientAndServer[] =
    "waybill.testing.Echo/Unary CLIENT\n"
    "  waybill.testing.Echo/Unary SERVER\n";

// A server that belongs to tracing.
class Server {
 public:
  explicit Server(Tracing& tracing, EchoHooks hooks = {})
      : server_(nullptr, EchoApi::kSync, std::move(hooks),
                [&tracing](grpc::ServerBuilder& builder) {
                  builder.SetOption(tracing.ServerOption());
                }) {}

  const std::string& address() const { return server_.address(); }

 private:
  EchoServer server_;
};

std::unique_ptr<testing::Echo::Stub> TracedStub(Tracing& tracing,
                                                const std::string& address) {
  return testing::Echo::NewStub(
      tracing.CreateChannel(address, grpc::InsecureChannelCredentials()));
}

std::unique_ptr<testing::Echo::Stub> PlainStub(const std::string& address) {
  return testing::Echo::NewStub(
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
}

EchoResult Call(testing::Echo::StubInterface& stub, const std::string& text,
                const Headers& headers = {}) {
  grpc::ClientContext context;
  for (const auto& [key, value] : headers) context.AddMetadata(key, value);
  return CallEcho(EchoApi::kSync, EchoShape::kUnary, stub, context, {text});
}

TEST(TracingTest, CallsOnItsChannelsAndServersAreSpans) {
  TestTracing test;
  Server server(*test.tracing);
  auto stub = TracedStub(*test.tracing, server.address());
  EXPECT_TRUE(Call(*stub, "hello").status.ok());
  EXPECT_EQ(test.Tree(), kClientAndServer);
}

TEST(TracingTest, InterceptorsTraceAChannelThatIsMadeElsewhere) {
  TestTracing test;
  Server server(*test.tracing);
  auto stub = testing::Echo::NewStub(
      grpc::experimental::CreateCustomChannelWithInterceptors(
          server.address(), grpc::InsecureChannelCredentials(),
          grpc::ChannelArguments(), test.tracing->ClientInterceptors()));
  EXPECT_TRUE(Call(*stub, "hello").status.ok());
  EXPECT_EQ(test.Tree(), kClientAndServer);
}

TEST(TracingTest, EndOfATracingExportsWhatHasEnded) {
  TestTracing test;
  StartSpan("work").End();
  test.tracing.reset();
  EXPECT_EQ(SpanTree(test.spans->Get()), "work INTERNAL\n");
}

TEST(TracingTest, OfTwoTracingsEachRecordsItsOwnCallsAndTheLastOtherSpans) {
  TestTracing first;
  TestTracing second;
  Server server(*first.tracing);
  auto stub = TracedStub(*first.tracing, server.address());
  auto other = TracedStub(*second.tracing, server.address());
  StartSpan("work").End();
  EXPECT_TRUE(Call(*stub, "hello").status.ok());
  EXPECT_EQ(first.Tree(), kClientAndServer);
  EXPECT_EQ(second.Tree(), "work INTERNAL\n");

  first.spans->Clear();
  second.spans->Clear();
  EXPECT_TRUE(Call(*other, "hello").status.ok());
  EXPECT_EQ(first.Tree(),
            "waybill.testing.Echo/Unary SERVER (parent elsewhere)\n");
  EXPECT_EQ(second.Tree(), "waybill.testing.Echo/Unary CLIENT\n");
}

TEST(TracingTest, StartsAgainAfterItsEnd) {
  auto first = std::make_unique<TestTracing>();
  Server old_server(*first->tracing);
  auto old_stub = TracedStub(*first->tracing, old_server.address());
  first.reset();

  TestTracing second;
  Server server(*second.tracing);
  auto stub = TracedStub(*second.tracing, server.address());
  EXPECT_TRUE(Call(*old_stub, "hello").status.ok());
  EXPECT_TRUE(Call(*stub, "hello").status.ok());
  EXPECT_EQ(second.Tree(), kClientAndServer);
}

TEST(TracingTest, ShutdownDoesNotWaitForCallsAndCountsTheirSpans) {
  TestTracing test;
  absl::Notification hangs;
  EchoHooks hooks;
  hooks.on_hang = [&hangs] { hangs.Notify(); };
  Server server(*test.tracing, hooks);
  auto stub = TracedStub(*test.tracing, server.address());
  grpc::ClientContext context;
  EchoResult result;
  std::thread caller([&] {
    result =
        CallEcho(EchoApi::kSync, EchoShape::kUnary, *stub, context, {"hang"});
  });
  hangs.WaitForNotification();
  EXPECT_TRUE(test.tracing->Shutdown(absl::Seconds(10)));
  EXPECT_FALSE(test.tracing->counts().ended > 0);

  context.TryCancel();
  caller.join();
  EXPECT_EQ(result.status.error_code(), grpc::StatusCode::CANCELLED);
  const RecorderCounts counts = test.CountsAtRest();
  EXPECT_EQ(counts.started, 2u);
  EXPECT_EQ(counts.after_shutdown, 2u);
  EXPECT_EQ(test.spans->Get().size(), 0u);
}

TEST(TracingTest, CallsOnManyThreadsGoOnWhileItEnds) {
  TestTracing test;
  Server server(*test.tracing);
  auto stub = TracedStub(*test.tracing, server.address());
  std::atomic<int> calls{0};
  std::atomic<int> failed{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      while (!stop) {
        if (!Call(*stub, "hello").status.ok()) ++failed;
        ++calls;
      }
    });
  }
  while (calls < 20) std::this_thread::yield();
  test.tracing.reset();
  const int at_the_end = calls;
  while (calls < at_the_end + 20) std::this_thread::yield();
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GE(test.spans->Get().size(), 1u);
}

// Ways of recording nothing. The context of a request that comes in must go
// out again all the same: what is behind this process is traced, perhaps.
struct Passive {
  const char* name;
  std::map<std::string, std::string> environment;
  bool shut_down;
};

class PassiveTracingTest : public ::testing::TestWithParam<Passive> {};

TEST_P(PassiveTracingTest, HandsOnContextAndRecordsNothing) {
  Options options;
  options.environment = Environment::Of(GetParam().environment);
  // Where the environment is to choose the exporter, it must be let.
  if (GetParam().environment.count("OTEL_TRACES_EXPORTER") == 0) {
    options.exporter = std::make_unique<InMemoryExporter>();
  }
  auto tracing = Tracing::Start(std::move(options));
  ASSERT_TRUE(tracing.ok()) << tracing.status();

  Headers arrived;
  EchoHooks behind_hooks;
  behind_hooks.on_request = [&arrived](const std::string&,
                                       grpc::ServerContextBase& context) {
    for (const auto& [key, value] : context.client_metadata()) {
      const std::string name(key.data(), key.size());
      if (name != "user-agent") {
        arrived.emplace(name, std::string(value.data(), value.size()));
      }
    }
  };
  EchoServer behind(nullptr, EchoApi::kSync, behind_hooks);
  auto behind_stub = TracedStub(**tracing, behind.address());
  EchoHooks hooks;
  hooks.child = behind_stub.get();
  Server server(**tracing, hooks);
  if (GetParam().shut_down) tracing->reset();

  const Headers sent = {{"traceparent", kTraceparent},
                        {"tracestate", "vendor=1"},
                        {"baggage", "tenant=acme"}};
  EXPECT_TRUE(
      Call(*PlainStub(server.address()), "call hello", sent).status.ok());
  EXPECT_EQ(arrived, sent);
  EXPECT_FALSE(StartSpan("work").IsRecording());
}

TEST_P(PassiveTracingTest, HandsOnContextThroughOtherCarriers) {
  Options options;
  options.environment = Environment::Of(GetParam().environment);
  auto tracing = Tracing::Start(std::move(options));
  ASSERT_TRUE(tracing.ok()) << tracing.status();
  if (GetParam().shut_down) tracing->reset();

  const Headers sent = {{"baggage", "tenant=acme"},
                        {"traceparent", kTraceparent}};
  const Context context = Extract(MapReader<Headers>(sent));
  Headers written;
  MapWriter<Headers> writer(&written);
  Scope scope(SpanRef(context.span_context), context.baggage);
  Inject(writer);
  EXPECT_EQ(written, sent);
}

INSTANTIATE_TEST_SUITE_P(
    , PassiveTracingTest,
    ::testing::Values(
        Passive{"Disabled", {{"OTEL_SDK_DISABLED", "true"}}, false},
        Passive{"NoExporter", {{"OTEL_TRACES_EXPORTER", "none"}}, false},
        Passive{"AfterItsEnd", {}, true}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(TracingTest, DisabledReportsNothingToFlushAndNothingCounted) {
  Options options;
  options.environment = Environment::Of({{"OTEL_SDK_DISABLED", "true"}});
  auto tracing = Tracing::Start(std::move(options));
  ASSERT_TRUE(tracing.ok()) << tracing.status();
  EXPECT_TRUE((*tracing)->Flush(absl::ZeroDuration()));
  EXPECT_FALSE((*tracing)->WakeFromSignalHandler());
  EXPECT_EQ((*tracing)->counts().started, 0u);
  EXPECT_TRUE((*tracing)->Shutdown(absl::ZeroDuration()));
}

TEST(TracingTest, InjectsTheSpanThatContinuesAnExtractedTrace) {
  TestTracing test;
  const Headers request = {{"traceparent", kTraceparent}};
  StartOptions options;
  options.kind = SpanKind::kServer;
  options.parent = Extract(MapReader<Headers>(request)).span_context;
  std::map<std::string, std::string> properties;
  {
    ScopedSpan span("POST /checkout", options);
    MapWriter<std::map<std::string, std::string>> writer(&properties);
    Inject(writer);
  }
  EXPECT_EQ(test.Tree(), "POST /checkout SERVER (parent elsewhere)\n");
  const FinishedSpan span = test.spans->Get().at(0);
  EXPECT_EQ(span.trace_id.ToHex(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(span.parent_span_id.ToHex(), "00f067aa0ba902b7");
  EXPECT_EQ(properties["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-" +
                                           span.span_id.ToHex() + "-01");
}

TEST(TracingTest, CountsContextThatCannotBeRead) {
  TestTracing test;
  Server server(*test.tracing);
  const Headers garbage = {{"traceparent", "garbage"}};
  EXPECT_FALSE(Extract(MapReader<Headers>(garbage)).span_context.IsValid());
  EXPECT_EQ(test.tracing->extract_counts().invalid_trace_context, 1u);
  EXPECT_TRUE(Call(*PlainStub(server.address()), "hello", garbage).status.ok());
  EXPECT_EQ(test.tracing->extract_counts().invalid_trace_context, 2u);
  EXPECT_EQ(test.Tree(), "waybill.testing.Echo/Unary SERVER\n");
}

TEST(TracingTest, NoPropagatorsSendNothing) {
  Options options;
  options.propagators = "none";
  TestTracing test(std::move(options));
  ScopedSpan span("work");
  Headers written;
  MapWriter<Headers> writer(&written);
  Inject(writer);
  EXPECT_TRUE(written.empty());
}

TEST(TracingTest, ABadValueStartsNothing) {
  Options options;
  options.environment = Environment::Of({{"OTEL_TRACES_SAMPLER", "sometimes"}});
  const auto tracing = Tracing::Start(std::move(options));
  EXPECT_EQ(tracing.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace waybill
