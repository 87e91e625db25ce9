// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_grpc_exporter.h"

#include <gmock/gmock.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <grpcpp/support/client_interceptor.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "viewer/otlp/trace.pb.h"
#include "waybill/exporters/fake_collector_for_test.h"
#include "waybill/exporters/span_batch_for_test.h"
#include "waybill/exporters/untraced_call.h"

namespace waybill {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using Call = FakeCollector::Call;
using Reply = FakeCollector::Reply;

OtlpGrpcOptions OptionsFor(const FakeCollector& collector) {
  OtlpGrpcOptions options;
  options.endpoint = "http://" + collector.address();
  // Long, so that a test which comes near to it fails visibly.
  options.timeout = absl::Minutes(5);
  options.initial_backoff = absl::Milliseconds(1);
  return options;
}

std::unique_ptr<SpanExporter> Make(OtlpGrpcOptions options) {
  auto exporter = MakeOtlpGrpcExporter(std::move(options));
  EXPECT_TRUE(exporter.ok()) << exporter.status();
  return *std::move(exporter);
}

// What became of a batch of spans of this size.
ExportResult ExportSpans(SpanExporter& exporter, int spans = 1) {
  ExportResult result;
  WithSpanBatch(
      [spans](Tracer& tracer) {
        for (int i = 0; i < spans; ++i) {
          tracer.StartSpan("work").SetAttribute("i", i);
        }
      },
      [&](const SpanBatch& batch) { result = exporter.Export(batch); });
  return result;
}

Reply Fail(grpc::StatusCode code, const std::string& message = "no") {
  Reply reply;
  reply.status = grpc::Status(code, message);
  return reply;
}

Reply Hang() {
  Reply reply;
  reply.hang = true;
  return reply;
}

// A google.rpc.Status with one google.rpc.RetryInfo, made of protobuf's own
// messages: a field of bytes looks like one of a message.
Reply FailWithRetryInfo(grpc::StatusCode code, int64_t seconds) {
  google::protobuf::Duration delay;
  delay.set_seconds(seconds);
  google::protobuf::Any info;
  info.set_type_url("type.googleapis.com/google.rpc.RetryInfo");
  const std::string delay_bytes = delay.SerializeAsString();
  info.set_value("\x0a" +
                 std::string(1, static_cast<char>(delay_bytes.size())) +
                 delay_bytes);
  const std::string info_bytes = info.SerializeAsString();
  Reply reply;
  reply.status = grpc::Status(
      code, "too busy",
      "\x1a" + std::string(1, static_cast<char>(info_bytes.size())) +
          info_bytes);
  return reply;
}

std::string ReadFile(const std::string& name) {
  std::ifstream file("exporters/testdata/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A port that refuses connections for as long as the object lives.
class RefusingPort {
 public:
  RefusingPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const raw = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, raw, size), 0);
    EXPECT_EQ(getsockname(socket_, raw, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~RefusingPort() { close(socket_); }

  std::string endpoint() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

 private:
  const int socket_;
  int port_ = 0;
};

TEST(OtlpGrpcExporterTest, SendsSpansAndHeadersToTheTraceService) {
  FakeCollector collector;
  OtlpGrpcOptions options = OptionsFor(collector);
  options.headers = {{"Api-Key", "secret"}, {"tenant-bin", "\x01\xff"}};
  const auto exporter = Make(std::move(options));
  const ExportResult result = ExportSpans(*exporter, 3);
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.rejected_spans, 0);
  ASSERT_THAT(collector.calls(), SizeIs(1));
  const Call call = collector.calls()[0];
  EXPECT_EQ(call.method,
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
  EXPECT_THAT(call.headers, Contains(Pair("api-key", "secret")));
  EXPECT_THAT(call.headers, Contains(Pair("tenant-bin", "\x01\xff")));
  EXPECT_THAT(call.headers,
              Contains(Pair("user-agent", HasSubstr("waybill/0.1.0"))));
  opentelemetry::proto::trace::v1::TracesData data;
  ASSERT_TRUE(data.ParseFromString(call.request));
  EXPECT_THAT(data.resource_spans(0).scope_spans(0).spans(), SizeIs(3));
}

TEST(OtlpGrpcExporterTest, RetriesTheCodesThatOtlpCallsRetryable) {
  const struct {
    grpc::StatusCode code;
    bool retried;
  } cases[] = {
      {grpc::CANCELLED, true},
      {grpc::UNKNOWN, false},
      {grpc::INVALID_ARGUMENT, false},
      {grpc::DEADLINE_EXCEEDED, true},
      {grpc::NOT_FOUND, false},
      {grpc::ALREADY_EXISTS, false},
      {grpc::PERMISSION_DENIED, false},
      {grpc::RESOURCE_EXHAUSTED, false},  // see the next test
      {grpc::FAILED_PRECONDITION, false},
      {grpc::ABORTED, true},
      {grpc::OUT_OF_RANGE, true},
      {grpc::UNIMPLEMENTED, false},
      {grpc::INTERNAL, false},
      {grpc::UNAVAILABLE, true},
      {grpc::DATA_LOSS, true},
      {grpc::UNAUTHENTICATED, false},
  };
  for (const auto& c : cases) {
    FakeCollector collector([&c](const Call& call) {
      return call.number < 2 ? Fail(c.code) : Reply();
    });
    const ExportResult result = ExportSpans(*Make(OptionsFor(collector)));
    EXPECT_THAT(collector.calls(), SizeIs(c.retried ? 3 : 1)) << c.code;
    EXPECT_EQ(result.status.code(),
              c.retried ? absl::StatusCode::kOk
                        : static_cast<absl::StatusCode>(c.code));
  }
}

TEST(OtlpGrpcExporterTest, WaitsAsLongAsTheBackendAsks) {
  for (const grpc::StatusCode code :
       {grpc::RESOURCE_EXHAUSTED, grpc::UNAVAILABLE}) {
    FakeCollector collector([code](const Call& call) {
      return call.number == 0 ? FailWithRetryInfo(code, 0) : Reply();
    });
    OtlpGrpcOptions options = OptionsFor(collector);
    // Its own pause would outlast the time-out.
    options.initial_backoff = absl::Hours(1);
    EXPECT_TRUE(ExportSpans(*Make(std::move(options))).status.ok()) << code;
    EXPECT_THAT(collector.calls(), SizeIs(2));
  }
}

TEST(OtlpGrpcExporterTest, GivesUpWhereTheBackendAsksForMoreThanTheTimeout) {
  FakeCollector collector([](const Call&) {
    return FailWithRetryInfo(grpc::RESOURCE_EXHAUSTED, 3600);
  });
  const ExportResult result = ExportSpans(*Make(OptionsFor(collector)));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(result.status.message(), "too busy");
  EXPECT_THAT(collector.calls(), SizeIs(1));
}

TEST(OtlpGrpcExporterTest, GivesUpWhenAllRetriesTogetherTookTheTimeout) {
  FakeCollector collector([](const Call&) { return Fail(grpc::UNAVAILABLE); });
  OtlpGrpcOptions options = OptionsFor(collector);
  options.timeout = absl::Milliseconds(200);
  const ExportResult result = ExportSpans(*Make(std::move(options)));
  EXPECT_FALSE(result.status.ok());
  EXPECT_GT(collector.calls().size(), 1u);
}

TEST(OtlpGrpcExporterTest, FailsAtTheDeadlineOfABackendThatHangs) {
  FakeCollector collector([](const Call&) { return Hang(); });
  OtlpGrpcOptions options = OptionsFor(collector);
  options.timeout = absl::Milliseconds(100);
  const ExportResult result = ExportSpans(*Make(std::move(options)));
  EXPECT_EQ(result.status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(collector.calls(), SizeIs(1));
}

TEST(OtlpGrpcExporterTest, ReportsAPartialSuccess) {
  FakeCollector collector([](const Call&) {
    Reply reply;  // partial_success {rejected_spans: 2, error_message: "no\n"}
    reply.response = "\x0a\x07\x08\x02\x12\x03no\n";
    return reply;
  });
  const ExportResult result = ExportSpans(*Make(OptionsFor(collector)), 5);
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.rejected_spans, 2);
  EXPECT_EQ(result.rejection, "no\\x0a");
}

TEST(OtlpGrpcExporterTest, TheLineAboutLostSpansGivesTheBackendsReason) {
  FakeCollector collector([](const Call&) {
    Reply reply;
    reply.response = "\x0a\x09\x08\x01\x12\x05quota";
    return reply;
  });
  std::string line;
  RecorderOptions options;
  options.log = [&line](absl::string_view text) { line = std::string(text); };
  const std::unique_ptr<Recorder> recorder =
      Recorder::Start(Make(OptionsFor(collector)), std::move(options));
  recorder->tracer().StartSpan("work").End();
  EXPECT_TRUE(recorder->Shutdown(absl::Minutes(5)));
  EXPECT_EQ(recorder->counts().rejected, 1);
  EXPECT_EQ(line,
            "waybill: 1 of 1 spans were lost: were rejected by OTLP/gRPC " +
                collector.address() + ": quota");
}

TEST(OtlpGrpcExporterTest, TakesGarbageForAnAnswer) {
  for (const char* garbage : {"<html>", "\xff\xff\xff", "\x0a\x7f"}) {
    FakeCollector collector([garbage](const Call&) {
      Reply reply;
      reply.response = garbage;
      return reply;
    });
    const ExportResult result = ExportSpans(*Make(OptionsFor(collector)));
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_EQ(result.rejected_spans, 0);
  }
}

TEST(OtlpGrpcExporterTest, CountsNoMoreRejectedThanItSent) {
  FakeCollector collector([](const Call&) {
    Reply reply;
    reply.response = "\x0a\x06\x08\xff\xff\xff\xff\x0f";
    return reply;
  });
  EXPECT_EQ(ExportSpans(*Make(OptionsFor(collector)), 5).rejected_spans, 5);
}

TEST(OtlpGrpcExporterTest, MakesABackendsMessagePrintable) {
  FakeCollector collector([](const Call&) {
    return Fail(grpc::INTERNAL, "a\x1b[2J" + std::string(5000, 'x'));
  });
  const ExportResult result = ExportSpans(*Make(OptionsFor(collector)));
  EXPECT_THAT(std::string(result.status.message()), HasSubstr("a\\x1b[2Jxxx"));
  EXPECT_LT(result.status.message().size(), 400u);
}

TEST(OtlpGrpcExporterTest, CountsTheRequestsOfASplitBatchThatDidNotGetThrough) {
  FakeCollector collector([](const Call& call) {
    return call.number == 1 ? Fail(grpc::INVALID_ARGUMENT, "bad") : Reply();
  });
  OtlpGrpcOptions options = OptionsFor(collector);
  options.max_request_bytes = 1000;
  const ExportResult result = ExportSpans(*Make(std::move(options)), 50);
  EXPECT_TRUE(result.status.ok());
  const std::vector<Call> calls = collector.calls();
  ASSERT_GT(calls.size(), 2u);
  opentelemetry::proto::trace::v1::TracesData lost;
  ASSERT_TRUE(lost.ParseFromString(calls[1].request));
  EXPECT_EQ(result.rejected_spans,
            static_cast<uint64_t>(
                lost.resource_spans(0).scope_spans(0).spans_size()));
  EXPECT_EQ(result.rejection, "INVALID_ARGUMENT: bad");
}

TEST(OtlpGrpcExporterTest, FailsABatchOfNothingButTooLargeSpans) {
  FakeCollector collector;
  OtlpGrpcOptions options = OptionsFor(collector);
  options.max_request_bytes = 10;
  const ExportResult result = ExportSpans(*Make(std::move(options)), 2);
  EXPECT_THAT(std::string(result.status.message()),
              HasSubstr("max_request_bytes"));
  EXPECT_THAT(collector.calls(), SizeIs(0));
}

TEST(OtlpGrpcExporterTest, CancelEndsAnExportToABackendThatHangs) {
  FakeCollector collector([](const Call&) { return Hang(); });
  const auto exporter = Make(OptionsFor(collector));
  ExportResult result;
  std::thread exporting([&] { result = ExportSpans(*exporter); });
  collector.WaitForCalls(1);
  exporter->Cancel();
  exporting.join();
  EXPECT_EQ(result.status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(ExportSpans(*exporter).status.code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(collector.calls(), SizeIs(1)) << "tried again after Cancel()";
}

TEST(OtlpGrpcExporterTest, StopRetryingEndsAPauseAndAllowsFirstTries) {
  FakeCollector collector([](const Call& call) {
    return call.number == 0 ? Fail(grpc::UNAVAILABLE) : Reply();
  });
  OtlpGrpcOptions options = OptionsFor(collector);
  options.timeout = absl::Hours(3);
  options.initial_backoff = absl::Hours(1);
  const auto exporter = Make(std::move(options));
  ExportResult result;
  std::thread exporting([&] { result = ExportSpans(*exporter); });
  collector.WaitForCalls(1);
  exporter->StopRetrying();
  exporting.join();
  EXPECT_EQ(result.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(ExportSpans(*exporter).status.ok());
}

TEST(OtlpGrpcExporterTest, AfterStopRetryingARefusedConnectionFailsAtOnce) {
  const RefusingPort port;
  OtlpGrpcOptions options;
  options.endpoint = port.endpoint();
  options.timeout = absl::Hours(1);
  const auto exporter = Make(std::move(options));
  exporter->StopRetrying();
  // gRPC's text says the address once more, and that it failed, twice.
  EXPECT_EQ(ExportSpans(*exporter).status,
            absl::UnavailableError("Connection refused"));
}

TEST(OtlpGrpcExporterTest, CompressesOnlyIfAsked) {
  // It refuses what is compressed.
  FakeCollector collector(nullptr, grpc::InsecureServerCredentials(),
                          [](grpc::ServerBuilder* builder) {
                            builder->SetCompressionAlgorithmSupportStatus(
                                GRPC_COMPRESS_GZIP, false);
                          });
  EXPECT_TRUE(ExportSpans(*Make(OptionsFor(collector))).status.ok());
  OtlpGrpcOptions options = OptionsFor(collector);
  options.gzip = true;
  EXPECT_EQ(ExportSpans(*Make(options), 100).status.code(),
            absl::StatusCode::kUnimplemented);

  FakeCollector willing;
  options.endpoint = "http://" + willing.address();
  EXPECT_TRUE(ExportSpans(*Make(options), 100).status.ok());
  opentelemetry::proto::trace::v1::TracesData data;
  ASSERT_TRUE(data.ParseFromString(willing.calls()[0].request));
  EXPECT_THAT(data.resource_spans(0).scope_spans(0).spans(), SizeIs(100));
}

class OtlpGrpcExporterTlsTest : public ::testing::Test {
 protected:
  OtlpGrpcExporterTlsTest() {
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = ReadFile("client_certificate.pem");
    tls.pem_key_cert_pairs = {
        {ReadFile("server_key.pem"), ReadFile("server_certificate.pem")}};
    collector_ = std::make_unique<FakeCollector>(
        nullptr, grpc::SslServerCredentials(tls));
    options_ = OptionsFor(*collector_);
    options_.endpoint = "https://" + collector_->address();
    options_.root_certificates_pem = ReadFile("server_certificate.pem");
    options_.client_certificate_pem = ReadFile("client_certificate.pem");
    options_.client_key_pem = ReadFile("client_key.pem");
  }

  ExportResult ExportOnce() {
    const auto exporter = Make(options_);
    exporter->StopRetrying();
    return ExportSpans(*exporter);
  }

  std::unique_ptr<FakeCollector> collector_;
  OtlpGrpcOptions options_;
};

TEST_F(OtlpGrpcExporterTlsTest, SendsToAServerThatItTrustsAndThatTrustsIt) {
  const ExportResult result = ExportOnce();
  EXPECT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(collector_->calls(), SizeIs(1));
}

TEST_F(OtlpGrpcExporterTlsTest, SendsNothingToAServerThatItDoesNotTrust) {
  options_.root_certificates_pem = options_.client_certificate_pem;
  EXPECT_EQ(ExportOnce().status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(collector_->calls(), SizeIs(0));
}

TEST_F(OtlpGrpcExporterTlsTest, IsRefusedWithoutItsOwnCertificate) {
  options_.client_certificate_pem.clear();
  options_.client_key_pem.clear();
  EXPECT_EQ(ExportOnce().status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(collector_->calls(), SizeIs(0));
}

TEST_F(OtlpGrpcExporterTlsTest, FailsWithCertificatesThatCannotBeRead) {
  options_.root_certificates_pem = "garbage";
  EXPECT_FALSE(ExportOnce().status.ok());
  options_.root_certificates_pem = ReadFile("server_certificate.pem");
  options_.client_key_pem = "garbage";
  EXPECT_FALSE(ExportOnce().status.ok());
}

TEST(OtlpGrpcExporterTest, RefusesOptionsThatCannotWork) {
  const struct {
    const char* reason;
    std::function<void(OtlpGrpcOptions*)> change;
    const char* named;
  } cases[] = {
      {"an endpoint with a path",
       [](OtlpGrpcOptions* o) { o->endpoint = "http://host/v1/traces"; },
       "v1/traces"},
      {"a header's name with a space",
       [](OtlpGrpcOptions* o) {
         o->headers = {{"a b", "c"}};
       },
       "a b"},
      {"a header of HTTP/2's own",
       [](OtlpGrpcOptions* o) {
         o->headers = {{":path", "c"}};
       },
       ":path"},
      {"a header without a name",
       [](OtlpGrpcOptions* o) {
         o->headers = {{"", "c"}};
       },
       "headers"},
      {"a value of two lines",
       [](OtlpGrpcOptions* o) {
         o->headers = {{"key", "a\nb"}};
       },
       "key"},
      {"no time at all",
       [](OtlpGrpcOptions* o) { o->timeout = absl::ZeroDuration(); },
       "timeout"},
      {"a key without a certificate",
       [](OtlpGrpcOptions* o) { o->client_key_pem = "x"; }, "client_key_pem"},
  };
  for (const auto& c : cases) {
    OtlpGrpcOptions options;
    c.change(&options);
    const absl::Status status = MakeOtlpGrpcExporter(options).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.reason;
    EXPECT_THAT(std::string(status.message()), HasSubstr(c.named));
  }
}

TEST(OtlpGrpcExporterTest, SaysWhereItSendsTo) {
  OtlpGrpcOptions options;
  options.endpoint = "https://collector.example:4317/";
  EXPECT_EQ(Make(options)->Description(), "OTLP/gRPC collector.example:4317");
}

std::atomic<int> marked_calls{0};
std::atomic<int> other_calls{0};

class PassOn final : public grpc::experimental::Interceptor {
  void Intercept(
      grpc::experimental::InterceptorBatchMethods* methods) override {
    methods->Proceed();
  }
};

class CountingFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    ++(IsUntraced(*info->client_context()) ? marked_calls : other_calls);
    return new PassOn;  // gRPC 1.51 crashes on null from a global factory
  }
};

TEST(OtlpGrpcExporterTest, MarksItsCallsForInterceptorFactories) {
  static const bool registered = [] {
    grpc::experimental::RegisterGlobalClientInterceptorFactory(
        new CountingFactory);
    return true;
  }();
  ASSERT_TRUE(registered);
  marked_calls = other_calls = 0;
  FakeCollector collector([](const Call& call) {
    return call.number == 0 ? Fail(grpc::UNAVAILABLE) : Reply();
  });
  EXPECT_TRUE(ExportSpans(*Make(OptionsFor(collector))).status.ok());
  EXPECT_EQ(marked_calls, 2) << "the retry, too";
  EXPECT_EQ(other_calls, 0);
}

}  // namespace
}  // namespace waybill
