// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A client in another language, with a gRPC that knows nothing of Waybill.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

// What the client prints. metadata is as its command line has it.
std::string CallFromPython(const EchoServer& server,
                           const std::vector<std::string>& metadata) {
  std::string command = "python3 testing/python_client.py " + server.address() +
                        " /waybill.testing.Echo/Unary hello";
  for (const std::string& pair : metadata) command += " '" + pair + "'";
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "no client";
  std::string output;
  char buffer[256];
  while (fgets(buffer, sizeof(buffer), pipe) != nullptr) output += buffer;
  if (pclose(pipe) != 0) output += "(failed)";
  return output;
}

class PythonClientTest : public ::testing::TestWithParam<EchoApi> {
 protected:
  FinishedSpan OnlySpan() {
    const std::vector<FinishedSpan> spans = recording_.Spans();
    EXPECT_EQ(spans.size(), 1u);
    return spans.empty() ? FinishedSpan() : spans[0];
  }

  TraceRecording recording_;
  EchoServer server_{&recording_, GetParam()};
};

TEST_P(PythonClientTest, IsContinuedWhereItSendsATraceparent) {
  EXPECT_EQ(CallFromPython(server_, {std::string("traceparent=") + kTraceparent,
                                     "tracestate=congo=t61"}),
            "hello\n");
  const FinishedSpan span = OnlySpan();
  EXPECT_EQ(span.name, "waybill.testing.Echo/Unary");
  EXPECT_EQ(span.trace_id.ToHex(), kTraceId);
  EXPECT_EQ(span.parent_span_id.ToHex(), "00f067aa0ba902b7");
  EXPECT_EQ(span.trace_state, "congo=t61");
}

TEST_P(PythonClientTest, IsAnsweredWithAFreshTraceWhereItSendsGarbage) {
  EXPECT_EQ(CallFromPython(server_, {"traceparent=garbage",
                                     "tracestate=,,,=", "baggage=;;;"}),
            "hello\n");
  const FinishedSpan span = OnlySpan();
  EXPECT_TRUE(span.trace_id.IsValid());
  EXPECT_FALSE(span.parent_span_id.IsValid());
  EXPECT_EQ(span.trace_state, "");
  EXPECT_EQ(recording_.instrumentation().extract_counts().invalid_trace_context,
            1u);
}

INSTANTIATE_TEST_SUITE_P(Apis, PythonClientTest,
                         ::testing::Values(EchoApi::kSync, EchoApi::kCallback,
                                           EchoApi::kCompletionQueue));

}  // namespace
}  // namespace waybill
