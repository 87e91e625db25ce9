// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/outcome.h"

#include <cstddef>

#include "absl/strings/numbers.h"

namespace waybill {
namespace {

// By number, as gRPC has them.
constexpr const char* kRpcCodes[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};
constexpr int kRpcCodeCount = sizeof(kRpcCodes) / sizeof(kRpcCodes[0]);

constexpr const char* kBusinessCodes[] = {
    "INVALID_ARGUMENT",    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
    "FAILED_PRECONDITION", "ABORTED",   "OUT_OF_RANGE",   "UNAUTHENTICATED",
};

// Zero where the span is not about HTTP.
int HttpStatus(const ViewSpan& span) {
  for (const char* key : {"http.response.status_code", "http.status_code"}) {
    int status = 0;
    if (absl::SimpleAtoi(AttributeText(span.attributes, key), &status)) {
      return status;
    }
  }
  return 0;
}

}  // namespace

std::string RpcCode(const ViewSpan& span) {
  for (const char* key : {"rpc.response.status_code", "rpc.grpc.status_code"}) {
    const absl::string_view text = AttributeText(span.attributes, key);
    if (text.empty()) continue;
    int number = 0;
    const bool known = absl::SimpleAtoi(text, &number) && number >= 0 &&
                       number < kRpcCodeCount;
    return known ? kRpcCodes[number] : std::string(text);
  }
  return std::string();
}

std::string StatusText(const ViewSpan& span) {
  const std::string code = RpcCode(span);
  // A handler may call its span failed though the RPC was answered with OK.
  const bool contradicted = code == "OK" && HasFailed(span);
  if (!code.empty() && !contradicted) return code;
  const int http = HttpStatus(span);
  if (http >= 400) return std::to_string(http);
  if (!HasFailed(span)) return "OK";
  const absl::string_view type = AttributeText(span.attributes, "error.type");
  return type.empty() ? "ERROR" : std::string(type);
}

bool WentWrong(const ViewSpan& span) {
  return HasFailed(span) || StatusText(span) != "OK";
}

bool IsBusinessCode(absl::string_view code) {
  for (const char* business : kBusinessCodes) {
    if (code == business) return true;
  }
  return false;
}

std::string FailureMessage(const ViewSpan& span) {
  if (!span.status_message.empty()) return span.status_message;
  // The last exception is the one that was not handled.
  for (size_t i = span.events.size(); i > 0; --i) {
    const ViewEvent& event = span.events[i - 1];
    if (event.name != "exception") continue;
    return std::string(AttributeText(event.attributes, "exception.message"));
  }
  return std::string();
}

}  // namespace waybill
