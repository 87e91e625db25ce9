// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Calls over real sockets while the backend that their spans go to is in
// trouble: each call succeeds, each span is accounted for, the end comes in
// time, and one line says what was lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "waybill/exporters/fake_collector_for_test.h"
#include "waybill/recorder/mutex.h"
#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/tracing/tracing.h"

namespace waybill {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using Reply = FakeCollector::Reply;

// More than 64 KiB hold at a time, several times over.
constexpr int kCalls = 300;
constexpr size_t kMemory = 64 * 1024;
constexpr size_t kMostHeld = kMemory / RecorderOptions::kBytesPerSpan + 1;
constexpr absl::Duration kShutdown = absl::Seconds(2);

struct Trouble {
  const char* name;
  FakeCollector::ReplyTo reply;
  // Of the line about lost spans; null where nothing need be lost.
  const char* says;
};

Reply Hang() {
  Reply reply;
  reply.hang = true;
  return reply;
}

Reply Fail(grpc::StatusCode code, const char* message) {
  Reply reply;
  reply.status = grpc::Status(code, message);
  return reply;
}

// ExportTraceServiceResponse {partial_success = 1 {rejected_spans = 1,
// error_message = 2}}
Reply RejectOne() {
  Reply reply;
  reply.response = std::string("\x0a\x09\x08\x01\x12\x05quota", 11);
  return reply;
}

std::vector<Trouble> Troubles() {
  return {
      {"Hangs", [](const FakeCollector::Call&) { return Hang(); }, "lost"},
      {"Refuses",
       [](const FakeCollector::Call&) {
         return Fail(grpc::StatusCode::PERMISSION_DENIED, "who are you");
       },
       "who are you"},
      {"IsAlwaysBusy",
       [](const FakeCollector::Call&) {
         return Fail(grpc::StatusCode::UNAVAILABLE, "later");
       },
       "lost"},
      {"RejectsSome", [](const FakeCollector::Call&) { return RejectOne(); },
       "quota"},
      {"AnswersGarbage",
       [](const FakeCollector::Call&) {
         Reply reply;
         reply.response = "\xff\xff\xff";
         return reply;
       },
       nullptr},
  };
}

class BackendTroubleTest : public ::testing::Test {
 protected:
  std::unique_ptr<Tracing> Start(const std::string& endpoint) {
    Options options;
    options.environment = Environment::Of({});
    options.otlp_endpoint = endpoint;
    options.memory_bytes = kMemory;
    options.schedule_delay = absl::Milliseconds(5);
    options.shutdown_timeout = kShutdown;
    options.log = [this](absl::string_view line) {
      MutexLock lock(&mutex_);
      lines_.emplace_back(line);
    };
    auto tracing = Tracing::Start(std::move(options));
    EXPECT_TRUE(tracing.ok()) << tracing.status();
    return *std::move(tracing);
  }

  // All calls succeed, and no more memory than there is was needed for that.
  void MakeCalls(Tracing& tracing) {
    EchoServer server(nullptr, EchoApi::kSync, {},
                      [&](grpc::ServerBuilder& builder) {
                        builder.SetOption(tracing.ServerOption());
                      });
    const auto stub = testing::Echo::NewStub(tracing.CreateChannel(
        server.address(), grpc::InsecureChannelCredentials()));
    for (int i = 0; i < kCalls; ++i) {
      grpc::ClientContext context;
      const EchoResult result = CallEcho(EchoApi::kSync, EchoShape::kUnary,
                                         *stub, context, {"hello"});
      ASSERT_TRUE(result.status.ok()) << result.status.error_message();
      ASSERT_LE(tracing.counts().held, kMostHeld);
    }
  }

  std::vector<std::string> Lines() {
    MutexLock lock(&mutex_);
    return lines_;
  }

 private:
  Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
};

class BackendReplyTest : public BackendTroubleTest,
                         public ::testing::WithParamInterface<Trouble> {};

void ExpectAccounts(const RecorderCounts& counts) {
  EXPECT_EQ(counts.started + counts.no_room, 2u * kCalls);
  EXPECT_EQ(counts.started, counts.ended);
  EXPECT_EQ(counts.held, 0u);
  EXPECT_EQ(counts.ended, counts.exported + counts.export_failed +
                              counts.rejected + counts.after_shutdown);
}

TEST_P(BackendReplyTest, CallsGoOnAndEachSpanIsAccountedFor) {
  FakeCollector collector(GetParam().reply);
  const auto tracing = Start("http://" + collector.address());
  MakeCalls(*tracing);
  const absl::Time start = absl::Now();
  tracing->Shutdown(kShutdown);
  EXPECT_LT(absl::Now() - start, kShutdown + absl::Seconds(1));
  ExpectAccounts(tracing->counts());
  if (GetParam().says == nullptr) {
    EXPECT_EQ(tracing->counts().exported, tracing->counts().ended);
    return;
  }
  EXPECT_GT(tracing->counts().dropped(), 0u);
  ASSERT_THAT(Lines(), SizeIs(1));
  EXPECT_THAT(Lines()[0], HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(Troubles, BackendReplyTest,
                         ::testing::ValuesIn(Troubles()),
                         [](const auto& param) {
                           return std::string(param.param.name);
                         });

TEST_F(BackendTroubleTest, CallsGoOnWhereThereIsNoBackend) {
  std::string address;
  {
    FakeCollector gone;
    address = gone.address();
  }
  const auto tracing = Start("http://" + address);
  MakeCalls(*tracing);
  tracing->Shutdown(kShutdown);
  ExpectAccounts(tracing->counts());
  EXPECT_EQ(tracing->counts().exported, 0u);
  ASSERT_THAT(Lines(), SizeIs(1));
  EXPECT_THAT(Lines()[0], HasSubstr("lost"));
}

}  // namespace
}  // namespace waybill
