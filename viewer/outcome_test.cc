// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/outcome.h"

#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

ViewSpan MakeSpan(ViewStatus status, std::vector<ViewAttribute> attributes) {
  ViewSpan span;
  span.status = status;
  span.attributes = std::move(attributes);
  return span;
}

TEST(OutcomeTest, SaysInAWordHowASpanEnded) {
  constexpr ViewStatus kUnset = ViewStatus::kUnset;
  constexpr ViewStatus kError = ViewStatus::kError;
  constexpr ValueType kText = ValueType::kText;
  constexpr ValueType kInt = ValueType::kInt;
  struct Row {
    const char* reason;
    ViewSpan span;
    const char* status;
    bool went_wrong;
  };
  const std::vector<Row> rows = {
      {"nothing said is fine", MakeSpan(kUnset, {}), "OK", false},
      {"said to be fine", MakeSpan(ViewStatus::kOk, {}), "OK", false},
      {"failed, and no more said", MakeSpan(kError, {}), "ERROR", true},
      {"failed with a type",
       MakeSpan(kError, {{"error.type", "timeout", kText}}), "timeout", true},
      {"an RPC", MakeSpan(kUnset, {{"rpc.response.status_code", "OK", kText}}),
       "OK", false},
      {"declined by a server, which is no error of its",
       MakeSpan(kUnset, {{"rpc.response.status_code", "NOT_FOUND", kText}}),
       "NOT_FOUND", true},
      {"the older attribute, a number",
       MakeSpan(kError, {{"rpc.grpc.status_code", "4", kInt}}),
       "DEADLINE_EXCEEDED", true},
      {"the older attribute, fine",
       MakeSpan(kUnset, {{"rpc.grpc.status_code", "0", kInt}}), "OK", false},
      {"a number that gRPC does not have",
       MakeSpan(kError, {{"rpc.grpc.status_code", "99", kInt}}), "99", true},
      {"answered OK, yet the handler calls it failed",
       MakeSpan(kError, {{"rpc.response.status_code", "OK", kText}}), "ERROR",
       true},
      {"an HTTP answer",
       MakeSpan(kUnset, {{"http.response.status_code", "200", kInt}}), "OK",
       false},
      {"an HTTP refusal",
       MakeSpan(kUnset, {{"http.response.status_code", "404", kInt}}), "404",
       true},
      {"an HTTP failure by the older name",
       MakeSpan(kError, {{"http.status_code", "504", kInt}}), "504", true},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(StatusText(row.span), row.status) << row.reason;
    EXPECT_EQ(WentWrong(row.span), row.went_wrong) << row.reason;
  }
}

TEST(OutcomeTest, TellsAnswersFromOutages) {
  for (const char* code : {"NOT_FOUND", "FAILED_PRECONDITION",
                           "INVALID_ARGUMENT", "UNAUTHENTICATED"}) {
    EXPECT_TRUE(IsBusinessCode(code)) << code;
  }
  for (const char* code : {"OK", "DEADLINE_EXCEEDED", "UNAVAILABLE", "INTERNAL",
                           "CANCELLED", "RESOURCE_EXHAUSTED", ""}) {
    EXPECT_FALSE(IsBusinessCode(code)) << code;
  }
}

TEST(OutcomeTest, FindsTheMessageInTheStatusOrTheLastException) {
  ViewSpan span = MakeSpan(ViewStatus::kError, {});
  EXPECT_EQ(FailureMessage(span), "");
  span.events = {
      {"exception", 1, {{"exception.message", "first", ValueType::kText}}},
      {"exception", 2, {{"exception.message", "last", ValueType::kText}}},
      {"retry", 3, {}}};
  EXPECT_EQ(FailureMessage(span), "last");
  span.status_message = "by status";
  EXPECT_EQ(FailureMessage(span), "by status");
}

}  // namespace
}  // namespace waybill
