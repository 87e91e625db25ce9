// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/web_routes.h"

#include <atomic>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class WebRoutesTest : public ::testing::Test {
 protected:
  void Add(TraceBuilder trace) { store_.Add(trace.data().resource_spans()); }

  WebReply Get(const std::string& path,
               std::map<std::string, std::string> parameters = {}) {
    return Answer({"GET", path, std::move(parameters)}, store_, stopping_);
  }

  Json GetJson(const std::string& path,
               std::map<std::string, std::string> parameters = {}) {
    const WebReply reply = Get(path, std::move(parameters));
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.content_type, "application/json");
    return Json::parse(reply.body);
  }

  TraceStore store_{TraceStoreOptions()};
  std::atomic<bool> stopping_{false};
};

TEST_F(WebRoutesTest, ServesThePage) {
  EXPECT_THAT(Get("/").body, StartsWith("<!doctype html>"));
  EXPECT_THAT(Get("/").content_type, StartsWith("text/html"));
  EXPECT_THAT(Get("/style.css").content_type, StartsWith("text/css"));
  EXPECT_THAT(Get("/app.js").content_type, StartsWith("text/javascript"));
}

TEST_F(WebRoutesTest, ListsTraces) {
  EXPECT_TRUE(GetJson("/api/traces")["traces"].empty());
  Add(NormalCheckout());
  const Json json = GetJson("/api/traces");
  EXPECT_EQ(json["counters"]["received"], 16);
  const Json& trace = json["traces"][0];
  EXPECT_EQ(trace["traceId"], TraceBuilder::kTraceId);
  EXPECT_EQ(trace["name"], "POST /checkout");
  EXPECT_EQ(trace["service"], "frontend");
  EXPECT_EQ(trace["services"].size(), 8u);
  EXPECT_EQ(trace["durationNanos"], 1200000000);
  EXPECT_EQ(trace["status"], "OK");
  EXPECT_EQ(trace["complete"], true);
}

TEST_F(WebRoutesTest, ServesATraceAsItCame) {
  TraceBuilder trace = NormalCheckout();
  Add(trace);
  for (const std::string id : {TraceBuilder::kTraceId, "4bf9", "last"}) {
    EXPECT_EQ(Get("/api/traces/" + id).body, WriteOtlpJson(trace.data()));
  }
}

TEST_F(WebRoutesTest, ServesATraceAnalysed) {
  Add(TimedOutCheckout());
  const Json json = GetJson("/api/traces/last/view");
  EXPECT_EQ(json["verdict"]["kind"], "FAILED");
  EXPECT_EQ(json["lines"].size(), 5u);
  EXPECT_EQ(GetJson("/api/traces/last/view", {{"both", "1"}})["lines"].size(),
            9u);
}

TEST_F(WebRoutesTest, SaysWhatIsWrong) {
  Add(NormalCheckout("aa" + std::string(30, '1')));
  Add(NormalCheckout("aa" + std::string(30, '2')));
  struct Row {
    WebRequest request;
    int status;
    const char* error;
  };
  const Row rows[] = {
      {{"POST", "/api/traces", {}}, 405, "GET only"},
      {{"GET", "/etc/passwd", {}}, 404, "nothing is at /etc/passwd"},
      {{"GET", "/api/tracesx", {}}, 404, "nothing is at"},
      {{"GET", "/api/traces/77", {}}, 404, "no trace 77 is here"},
      {{"GET", "/api/traces/", {}}, 404, "no trace"},
      {{"GET", "/api/traces/aa", {}}, 404, "2 traces begin with aa"},
      {{"GET", "/api/traces/last", {{"wait", "soon"}}},
       400,
       "wait: expected seconds, found soon"},
      {{"GET", "/api/traces/last", {{"wait", "-1"}}}, 400, "wait: expected"},
      {{"GET", "/api/traces/last", {{"wait", "nan"}}}, 400, "wait: expected"},
      {{"GET", "/api/traces/last", {{"spans", "few"}}},
       400,
       "spans: expected a number, found few"},
      {{"GET", "/\xff\"", {}}, 404, "nothing is at"},
  };
  for (const Row& row : rows) {
    const WebReply reply = Answer(row.request, store_, stopping_);
    EXPECT_EQ(reply.status, row.status) << row.request.path;
    const std::string error = Json::parse(reply.body)["error"];
    EXPECT_THAT(error, HasSubstr(row.error));
  }
}

TEST_F(WebRoutesTest, SaysThatNothingHasCome) {
  EXPECT_EQ(Get("/api/traces/last").status, 404);
}

TEST_F(WebRoutesTest, WaitsForATraceToFinish) {
  std::thread sender([this] { Add(NormalCheckout()); });
  const Json json =
      GetJson("/api/traces/last/view", {{"wait", "30"}, {"spans", "16"}});
  EXPECT_EQ(json["spans"], 16);
  sender.join();
}

TEST_F(WebRoutesTest, AnswersWithWhatThereIsWhenTheTimeIsUp) {
  Add(NormalCheckout());
  EXPECT_EQ(GetJson("/api/traces/last/view",
                    {{"wait", "0.01"}, {"spans", "1000"}})["spans"],
            16);
}

TEST_F(WebRoutesTest, StopsWaitingWhenTheServerStops) {
  stopping_ = true;
  const absl::Time start = absl::Now();
  EXPECT_EQ(Get("/api/traces/last", {{"wait", "1e9"}}).status, 404);
  EXPECT_LT(absl::Now() - start, absl::Seconds(20));
}

}  // namespace
}  // namespace waybill
