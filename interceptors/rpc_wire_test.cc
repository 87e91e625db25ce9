// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What goes over the wire and what comes off it: context that is passed on, and
// peers that send nonsense.

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

// In the order in which they are sent.
using Metadata = std::vector<std::pair<std::string, std::string>>;

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kParentId[] = "00f067aa0ba902b7";
constexpr char kSampled[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kNotSampled[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

// A client that is not traced, a traced server, and another one behind it,
// which keeps the metadata that it got.
class Hop {
 public:
  explicit Hop(TraceRecording::Options options = {})
      : recording_(std::move(options)),
        back_(&recording_, EchoApi::kSync, KeepMetadata()),
        back_stub_(Echo::NewStub(back_.channel())),
        front_(&recording_, EchoApi::kSync, Child()),
        front_stub_(Echo::NewStub(grpc::CreateChannel(
            front_.address(), grpc::InsecureChannelCredentials()))) {}

  TraceRecording& recording() { return recording_; }
  Echo::Stub& back() { return *back_stub_; }

  // Has the front server answer "x" itself.
  void Send(const Metadata& metadata) { Send("x", metadata); }
  // Has the front server ask the one behind it.
  void SendThrough(const Metadata& metadata) { Send("call x", metadata); }

  // What came to the server behind, of what is to do with tracing.
  std::multimap<std::string, std::string> received() {
    std::multimap<std::string, std::string> tracing;
    for (const char* key : {"traceparent", "tracestate", "baggage"}) {
      const auto range = received_.equal_range(key);
      tracing.insert(range.first, range.second);
    }
    return tracing;
  }

 private:
  EchoHooks KeepMetadata() {
    EchoHooks hooks;
    hooks.on_request = [this](const std::string&,
                              grpc::ServerContextBase& context) {
      received_.clear();
      for (const auto& pair : context.client_metadata()) {
        received_.emplace(std::string(pair.first.data(), pair.first.size()),
                          std::string(pair.second.data(), pair.second.size()));
      }
    };
    return hooks;
  }

  EchoHooks Child() {
    EchoHooks hooks;
    hooks.child = back_stub_.get();
    return hooks;
  }

  void Send(const std::string& text, const Metadata& metadata) {
    grpc::ClientContext context;
    for (const auto& pair : metadata) {
      context.AddMetadata(pair.first, pair.second);
    }
    EchoRequest request;
    request.set_text(text);
    EchoReply reply;
    const grpc::Status status = front_stub_->Unary(&context, request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.text(), "x");
  }

  TraceRecording recording_;
  std::multimap<std::string, std::string> received_;
  EchoServer back_;
  const std::unique_ptr<Echo::Stub> back_stub_;
  EchoServer front_;
  const std::unique_ptr<Echo::Stub> front_stub_;
};

TEST(RpcWireTest, ContinuesATraceThatIsSent) {
  Hop hop;
  hop.Send({{"traceparent", kSampled}, {"tracestate", "congo=t61"}});
  const std::vector<FinishedSpan> spans = hop.recording().Spans();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].trace_id.ToHex(), kTraceId);
  EXPECT_EQ(spans[0].parent_span_id.ToHex(), kParentId);
  EXPECT_TRUE(spans[0].parent_is_remote);
  EXPECT_EQ(spans[0].trace_state, "congo=t61");
}

TEST(RpcWireTest, AnswersNonsenseAndStartsAFreshTraceAndCountsIt) {
  struct Row {
    Metadata metadata;
    uint64_t counted;
    const char* why;
  };
  const std::string shorter(kSampled, sizeof(kSampled) - 2);
  const Row kRows[] = {
      {{}, 0, "nothing is nothing wrong"},
      {{{"traceparent", ""}}, 1, "an empty value"},
      {{{"traceparent", "garbage"}}, 1, "no fields at all"},
      {{{"traceparent", shorter}}, 1, "too short"},
      {{{"traceparent", absl::StrCat(kSampled, "-00")}}, 1, "too long"},
      {{{"traceparent", std::string(4000, '0')}}, 1, "far too long"},
      {{{"traceparent",
         "00-00000000000000000000000000000000-00f067aa0ba902b7-01"}},
       1,
       "no trace's id"},
      {{{"traceparent",
         "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}},
       1,
       "the version that never is"},
      {{{"traceparent", kSampled}, {"traceparent", kSampled}}, 1, "two"},
      {{{"traceparent", kSampled}, {"traceparent", "garbage"}}, 1, "two"},
  };
  for (const Row& row : kRows) {
    Hop hop;
    hop.Send(row.metadata);
    const std::vector<FinishedSpan> spans = hop.recording().Spans();
    ASSERT_EQ(spans.size(), 1u) << row.why;
    EXPECT_FALSE(spans[0].parent_span_id.IsValid()) << row.why;
    EXPECT_TRUE(spans[0].trace_id.IsValid()) << row.why;
    EXPECT_NE(spans[0].trace_id.ToHex(), kTraceId) << row.why;
    EXPECT_EQ(hop.recording()
                  .instrumentation()
                  .extract_counts()
                  .invalid_trace_context,
              row.counted)
        << row.why;
  }
}

TEST(RpcWireTest, DropsATracestateThatIsTooMuchAndCountsIt) {
  std::vector<std::string> members;
  for (int i = 0; i < 33; ++i) members.push_back(absl::StrCat("k", i, "=v"));
  const std::string kRows[] = {
      absl::StrJoin(members, ","),
      absl::StrCat("k=", std::string(6000, 'v')),
      "no equals sign",
  };
  for (const std::string& state : kRows) {
    Hop hop;
    hop.SendThrough({{"traceparent", kSampled}, {"tracestate", state}});
    for (const FinishedSpan& span : hop.recording().Spans()) {
      EXPECT_EQ(span.trace_id.ToHex(), kTraceId);
      EXPECT_EQ(span.trace_state, "");
    }
    EXPECT_EQ(hop.received().count("tracestate"), 0u);
    EXPECT_EQ(
        hop.recording().instrumentation().extract_counts().invalid_trace_state,
        1u);
  }
}

TEST(RpcWireTest, PassesBaggageThrough) {
  Hop hop;
  hop.SendThrough({{"baggage", "tenant=acme"}, {"baggage", "region=eu"}});
  ASSERT_EQ(hop.received().count("baggage"), 1u);
  EXPECT_EQ(hop.received().find("baggage")->second, "tenant=acme,region=eu");
}

TEST(RpcWireTest, CountsBaggageThatIsNone) {
  Hop hop;
  hop.SendThrough({{"baggage", "no equals sign"}});
  EXPECT_EQ(hop.received().count("baggage"), 0u);
  EXPECT_EQ(hop.recording().instrumentation().extract_counts().invalid_baggage,
            1u);
}

TEST(RpcWireTest, RecordsNothingOfAnUnsampledTraceAndPassesItOn) {
  Hop hop;
  hop.SendThrough({{"traceparent", kNotSampled},
                   {"tracestate", "congo=t61"},
                   {"baggage", "tenant=acme"}});
  EXPECT_EQ(hop.recording().Tree(), "");
  EXPECT_EQ(hop.recording().recorder().counts().not_sampled, 3u);
  const auto received = hop.received();
  ASSERT_EQ(received.count("traceparent"), 1u);
  const std::string traceparent = received.find("traceparent")->second;
  EXPECT_TRUE(absl::StartsWith(traceparent, absl::StrCat("00-", kTraceId, "-")))
      << traceparent;
  EXPECT_TRUE(absl::EndsWith(traceparent, "-00")) << traceparent;
  EXPECT_EQ(received.find("tracestate")->second, "congo=t61");
  EXPECT_EQ(received.find("baggage")->second, "tenant=acme");
}

TEST(RpcWireTest, WithoutAPropagatorRecordsAndSendsNothing) {
  TraceRecording::Options options;
  options.propagators = "";
  Hop hop(std::move(options));
  hop.SendThrough({{"traceparent", kSampled}, {"baggage", "tenant=acme"}});
  EXPECT_TRUE(hop.received().empty());
  // The front server's span is a root of its own. Its child is one within this
  // process; the server behind never learns of it.
  EXPECT_EQ(hop.recording().Tree(),
            "waybill.testing.Echo/Unary SERVER\n"
            "  waybill.testing.Echo/Unary CLIENT\n"
            "waybill.testing.Echo/Unary SERVER\n");
}

TEST(RpcWireTest, PassesContextOnUnchangedAfterTheRecordersShutdown) {
  Hop hop;
  hop.recording().recorder().Shutdown(absl::Seconds(10));
  hop.SendThrough({{"traceparent", kSampled},
                   {"tracestate", "congo=t61"},
                   {"baggage", "tenant=acme"}});
  EXPECT_EQ(hop.received(), (std::multimap<std::string, std::string>{
                                {"traceparent", kSampled},
                                {"tracestate", "congo=t61"},
                                {"baggage", "tenant=acme"}}));
  EXPECT_EQ(hop.recording().recorder().counts().started, 0u);
}

TEST(RpcWireTest, HasNothingToDoAfterAShutdownWithoutAPropagator) {
  TraceRecording::Options options;
  options.propagators = "";
  TraceRecording recording(std::move(options));
  recording.recorder().Shutdown(absl::Seconds(10));
  // The call itself is not even looked at.
  EXPECT_EQ(MakeClientInterceptorFactory(&recording.instrumentation(), "")
                ->CreateClientInterceptor(nullptr),
            nullptr);
}

TEST(RpcWireTest, ReplacesWhatTheApplicationSentThatIsNoContext) {
  Hop hop;
  grpc::ClientContext context;
  context.AddMetadata("traceparent", "garbage");
  context.AddMetadata("traceparent", kSampled);
  // It belongs to no trace, and must not get into this one.
  context.AddMetadata("tracestate", "congo=t61");
  context.AddMetadata("x-own", "kept");
  EchoReply reply;
  ASSERT_TRUE(hop.back().Unary(&context, EchoRequest(), &reply).ok());
  EXPECT_EQ(hop.recording().Tree(),
            "waybill.testing.Echo/Unary CLIENT\n"
            "  waybill.testing.Echo/Unary SERVER\n");
  EXPECT_EQ(hop.received().count("traceparent"), 1u);
  EXPECT_EQ(hop.received().count("tracestate"), 0u);
}

TEST(RpcWireTest, UntracedMethodsAreNotTracedAndCarryNothing) {
  TraceRecording::Options options;
  options.rpc.untraced_methods = {"waybill.testing.Echo/*"};
  Hop hop(std::move(options));
  ScopedSpan span("checkout");
  hop.SendThrough({{"traceparent", kSampled}});
  EXPECT_TRUE(hop.received().empty());
  span->End();
  EXPECT_EQ(hop.recording().Tree(), "checkout INTERNAL\n");
}

TEST(RpcWireTest, RecordsPeersOnlyWhereAskedTo) {
  for (const bool asked : {false, true}) {
    TraceRecording::Options options;
    options.rpc.record_peer_address = asked;
    Hop hop(std::move(options));
    hop.SendThrough({});
    for (const FinishedSpan& span : hop.recording().Spans()) {
      EXPECT_EQ(span.attributes.count("network.peer.address"), asked ? 1u : 0u);
      EXPECT_EQ(span.attributes.count("network.peer.port"), asked ? 1u : 0u);
    }
  }
}

TEST(RpcWireTest, NamesTheServerThatTheChannelIsFor) {
  Hop hop;
  hop.SendThrough({});
  for (const FinishedSpan& span : hop.recording().Spans()) {
    if (span.kind == SpanKind::kServer) {
      EXPECT_EQ(span.attributes.count("server.address"), 0u);
      continue;
    }
    EXPECT_EQ(span.attributes.at("server.address"), "127.0.0.1");
    EXPECT_NE(span.attributes.at("server.port"), "0");
  }
}

}  // namespace
}  // namespace waybill
