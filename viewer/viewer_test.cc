// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The whole way: spans go in over gRPC, and come out over HTTP and as text.

#include "waybill/viewer/viewer.h"

#include <httplib.h>

#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "viewer/otlp/trace_service.grpc.pb.h"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;
using Json = nlohmann::json;
using ::testing::HasSubstr;

class ViewerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto viewer = Viewer::Start(FreePorts());
    ASSERT_TRUE(viewer.ok()) << viewer.status();
    viewer_ = *std::move(viewer);
    http_ = std::make_unique<httplib::Client>(
        std::string(absl::StripSuffix(viewer_->url(), "/")));
    stub_ = collector::TraceService::NewStub(grpc::CreateChannel(
        viewer_->otlp_address(), grpc::InsecureChannelCredentials()));
  }

  static ViewerOptions FreePorts() {
    ViewerOptions options;
    options.otlp_address = "127.0.0.1:0";
    options.http_address = "127.0.0.1:0";
    return options;
  }

  grpc::Status Export(TraceBuilder trace,
                      collector::ExportTraceServiceResponse* response) {
    collector::ExportTraceServiceRequest request;
    *request.mutable_resource_spans() = trace.data().resource_spans();
    grpc::ClientContext context;
    return stub_->Export(&context, request, response);
  }

  void ExportAll(const TraceBuilder& trace) {
    collector::ExportTraceServiceResponse response;
    const grpc::Status status = Export(trace, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_FALSE(response.has_partial_success());
  }

  std::string Get(const std::string& path, const httplib::Headers& headers = {},
                  int expected = 200) {
    const httplib::Result result = http_->Get(path.c_str(), headers);
    EXPECT_TRUE(result) << httplib::to_string(result.error());
    if (!result) return std::string();
    EXPECT_EQ(result->status, expected) << path << " " << result->body;
    return result->body;
  }

  std::unique_ptr<Viewer> viewer_;
  std::unique_ptr<httplib::Client> http_;
  std::unique_ptr<collector::TraceService::Stub> stub_;
};

TEST_F(ViewerTest, ShowsWhatWasExported) {
  ExportAll(NormalCheckout());
  const auto data = ReadOtlpJson(Get("/api/traces/last"));
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(
      RenderText(MakeReport(*data, TraceBuilder::kTraceId), RenderOptions()),
      RenderText(NormalCheckout().Report(), RenderOptions()));
  const Json view = Json::parse(Get("/api/traces/last/view"));
  EXPECT_EQ(view["verdict"]["text"],
            "stripe.Stripe/Charge took 400 ms of 1,200 ms (33 %)");
}

TEST_F(ViewerTest, AnswersAWaitOnceTheTraceIsFinished) {
  std::thread sender([this] { ExportAll(NormalCheckout()); });
  const Json view = Json::parse(Get("/api/traces/last/view?wait=30&spans=16"));
  EXPECT_EQ(view["spans"], 16);
  sender.join();
}

TEST_F(ViewerTest, TellsTheSenderWhatItRefused) {
  TraceBuilder trace = NormalCheckout();
  trace.batch().mutable_scope_spans(0)->mutable_spans(0)->clear_trace_id();
  collector::ExportTraceServiceResponse response;
  EXPECT_TRUE(Export(trace, &response).ok());
  EXPECT_EQ(response.partial_success().rejected_spans(), 1);
  EXPECT_THAT(response.partial_success().error_message(),
              HasSubstr("trace id"));
}

TEST_F(ViewerTest, TakesLargeBatchesAndRefusesHugeOnes) {
  TraceBuilder large;
  SetText(large.Service("a").Add(kServer, "large", 1, 0, 0, 1), "blob",
          std::string(8 << 20, 'x'));
  ExportAll(large);
  TraceBuilder huge;
  SetText(huge.Service("a").Add(kServer, "huge", 2, 0, 0, 1), "blob",
          std::string(17 << 20, 'x'));
  collector::ExportTraceServiceResponse response;
  EXPECT_EQ(Export(huge, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  ExportAll(NormalCheckout("ab" + std::string(30, '0')));
}

TEST_F(ViewerTest, ShowsTextThatIsNotUtf8) {
  TraceBuilder trace;
  trace.Service("\xff").Add(kServer, "bad \xc3(", 1, 0, 0, 1);
  ExportAll(trace);
  EXPECT_EQ(Json::parse(Get("/api/traces/last/view"))["lines"][0]["name"],
            "bad \ufffd(");
}

TEST_F(ViewerTest, RefusesPagesFromElsewhere) {
  ExportAll(NormalCheckout());
  Get("/api/traces", {{"Host", "evil.example"}}, 403);
  Get("/api/traces", {{"Origin", "http://evil.example"}}, 403);
  const httplib::Result result = http_->Get("/");
  ASSERT_TRUE(result);
  EXPECT_THAT(result->get_header_value("Content-Security-Policy"),
              HasSubstr("default-src 'none'"));
  EXPECT_EQ(result->get_header_value("X-Frame-Options"), "DENY");
  EXPECT_FALSE(result->has_header("Access-Control-Allow-Origin"));
}

TEST_F(ViewerTest, SurvivesHostileRequests) {
  const std::string long_text(8000, 'a');
  http_->Get(("/" + long_text).c_str());
  http_->Get(("/api/traces/" + long_text).c_str());
  http_->Get("/api/traces", {{"Range", "bytes=" + std::string(3900, ',')}});
  http_->Get("/api/traces", {{"Range", "bytes=0-0,99999999999999999999-"}});
  http_->Get("/api/traces/last?wait=1e400");
  http_->Get("/api/traces/%00%ff..%2f..%2f");
  http_->Post("/api/traces", std::string(1 << 20, 'x'), "text/plain");
  EXPECT_EQ(Json::parse(Get("/api/traces"))["traces"].size(), 0u);
}

TEST_F(ViewerTest, SaysWhichPortIsTaken) {
  ViewerOptions same_otlp = FreePorts();
  same_otlp.otlp_address = viewer_->otlp_address();
  EXPECT_THAT(std::string(Viewer::Start(same_otlp).status().message()),
              HasSubstr(absl::StrCat("cannot listen for spans on ",
                                     viewer_->otlp_address())));
  ViewerOptions same_http = FreePorts();
  same_http.http_address = std::string(
      absl::StripPrefix(absl::StripSuffix(viewer_->url(), "/"), "http://"));
  EXPECT_THAT(std::string(Viewer::Start(same_http).status().message()),
              HasSubstr(absl::StrCat("cannot serve the page on ",
                                     same_http.http_address)));
}

TEST_F(ViewerTest, RefusesAddressesThatAreNone) {
  for (const char* address :
       {"", "localhost", "localhost:", ":80", "localhost:http",
        "localhost:65536", "localhost:-1"}) {
    ViewerOptions options = FreePorts();
    options.http_address = address;
    EXPECT_EQ(Viewer::Start(options).status().code(),
              absl::StatusCode::kInvalidArgument)
        << address;
  }
}

TEST_F(ViewerTest, StopsWhileSomebodyWaits) {
  std::thread waiting([this] { http_->Get("/api/traces/last?wait=60"); });
  collector::ExportTraceServiceResponse response;
  EXPECT_TRUE(Export(TraceBuilder(), &response).ok());
  const absl::Time start = absl::Now();
  viewer_.reset();
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
  waiting.join();
}

}  // namespace
}  // namespace waybill
