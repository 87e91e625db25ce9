// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Every shape of an RPC, between every API of a client and of a server, with
// every way to end: the spans are right, and the RPC is as it is untraced.

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/testing/echo_client.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

enum class Outcome { kOk, kError, kCancel, kDeadline };

using Case = std::tuple<EchoApi, EchoApi, EchoShape, Outcome>;

std::vector<std::string> TextsFor(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return {"a", "b"};
    case Outcome::kError:
      return {"a", "error 13 it broke"};
    case Outcome::kCancel:
    case Outcome::kDeadline:
      return {"a", "hang"};
  }
  return {};
}

struct Expectation {
  const char* client_status;  // as a tree has it
  const char* server_status;
  const char* client_code;
  const char* server_code;
};

Expectation ExpectationFor(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return {"", "", "OK", "OK"};
    case Outcome::kError:
      return {" ERROR", " ERROR", "INTERNAL", "INTERNAL"};
    case Outcome::kCancel:
      return {" ERROR", "", "CANCELLED", "CANCELLED"};
    case Outcome::kDeadline:
      return {" ERROR", "", "DEADLINE_EXCEEDED", "CANCELLED"};
  }
  return {};
}

class RpcMatrixTest : public ::testing::TestWithParam<Case> {
 protected:
  EchoApi server_api() const { return std::get<0>(GetParam()); }
  EchoApi client_api() const { return std::get<1>(GetParam()); }
  EchoShape shape() const { return std::get<2>(GetParam()); }
  Outcome outcome() const { return std::get<3>(GetParam()); }

  // Makes the call, of a server that is traced or not.
  EchoResult Call(TraceRecording* recording) {
    for (auto patience = std::chrono::milliseconds(50);; patience *= 2) {
      std::atomic<bool> hung{false};
      grpc::ClientContext context;
      EchoHooks hooks;
      hooks.on_hang = [&] {
        hung = true;
        if (outcome() == Outcome::kCancel) context.TryCancel();
      };
      EchoServer server(recording, server_api(), std::move(hooks));
      auto stub = testing::Echo::NewStub(server.channel());
      if (outcome() == Outcome::kDeadline) {
        context.set_deadline(std::chrono::system_clock::now() + patience);
      }
      EchoResult result =
          CallEcho(client_api(), shape(), *stub, context, TextsFor(outcome()));
      if (outcome() != Outcome::kDeadline || hung) return result;
      // The machine is so busy that the time was over before the server had
      // seen the call.
      if (recording != nullptr) {
        recording->Spans();
        recording->Clear();
      }
    }
  }
};

TEST_P(RpcMatrixTest, HasAClientAndAServerSpanAndTheOutcomeOfAnUntracedCall) {
  TraceRecording recording;
  const EchoResult traced = Call(&recording);
  const EchoResult untraced = Call(nullptr);
  EXPECT_EQ(traced.status.error_code(), untraced.status.error_code());
  EXPECT_EQ(traced.status.error_message(), untraced.status.error_message());
  EXPECT_EQ(traced.status.error_details(), untraced.status.error_details());
  EXPECT_EQ(traced.replies, untraced.replies);

  const Expectation expected = ExpectationFor(outcome());
  const std::string method = EchoMethod(shape());
  EXPECT_EQ(recording.Tree(),
            absl::StrCat(method, " CLIENT", expected.client_status, "\n  ",
                         method, " SERVER", expected.server_status, "\n"));

  size_t cancelled_events = 0;
  for (const FinishedSpan& span : recording.Spans()) {
    EXPECT_EQ(span.attributes.at("rpc.response.status_code"),
              span.kind == SpanKind::kClient ? expected.client_code
                                             : expected.server_code);
    EXPECT_EQ(span.attributes.at("rpc.method"), method);
    EXPECT_EQ(span.parent_is_remote, span.kind == SpanKind::kServer);
    cancelled_events += span.events.size();
  }
  const bool is_cancelled =
      outcome() == Outcome::kCancel || outcome() == Outcome::kDeadline;
  EXPECT_EQ(cancelled_events, is_cancelled ? 1u : 0u);

  // Each is ended once, and none is lost.
  const RecorderCounts counts = recording.recorder().counts();
  EXPECT_EQ(counts.started, counts.ended);
  EXPECT_EQ(counts.ended, counts.exported);
  EXPECT_EQ(counts.dropped() + counts.held, 0u);
}

std::string NameOf(const ::testing::TestParamInfo<Case>& info) {
  static constexpr const char* kApis[] = {"Sync", "Callback", "Queue"};
  static constexpr const char* kShapes[] = {"Unary", "ClientStream",
                                            "ServerStream", "BidiStream"};
  static constexpr const char* kOutcomes[] = {"Ok", "Error", "Cancel",
                                              "Deadline"};
  return absl::StrCat(
      kApis[static_cast<int>(std::get<0>(info.param))], "ServerWith",
      kApis[static_cast<int>(std::get<1>(info.param))], "Client",
      kShapes[static_cast<int>(std::get<2>(info.param))],
      kOutcomes[static_cast<int>(std::get<3>(info.param))]);
}

constexpr EchoApi kApis[] = {EchoApi::kSync, EchoApi::kCallback,
                             EchoApi::kCompletionQueue};

INSTANTIATE_TEST_SUITE_P(
    AllRpcs, RpcMatrixTest,
    ::testing::Combine(::testing::ValuesIn(kApis), ::testing::ValuesIn(kApis),
                       ::testing::Values(EchoShape::kUnary,
                                         EchoShape::kClientStream,
                                         EchoShape::kServerStream,
                                         EchoShape::kBidiStream),
                       ::testing::Values(Outcome::kOk, Outcome::kError,
                                         Outcome::kCancel, Outcome::kDeadline)),
    NameOf);

}  // namespace
}  // namespace waybill
