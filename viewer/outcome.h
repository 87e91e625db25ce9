// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// How a span ended, in one word: "OK", "DEADLINE_EXCEEDED", "504", "ERROR".
//
//   if (waybill::WentWrong(span)) std::cout << waybill::StatusText(span);
//
// A span's status alone does not tell: a server that declines a request as it
// should (FAILED_PRECONDITION) is no error of the server, and its span's
// status is unset; only the attribute with the RPC's code shows it. Both the
// current and the older OpenTelemetry names of attributes are read.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_OUTCOME_H_
#define WAYBILL_VIEWER_OUTCOME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "waybill/viewer/span.h"

namespace waybill {

// The RPC's status code by name; empty for a span that is no RPC or has none.
std::string RpcCode(const ViewSpan& span);

// The RPC's code, an HTTP status of 400 or more, the error's type, or plain
// "ERROR" or "OK", whichever says most.
std::string StatusText(const ViewSpan& span);

// Whether the span says that its work failed: its status is ERROR.
inline bool HasFailed(const ViewSpan& span) {
  return span.status == ViewStatus::kError;
}

// HasFailed(), or it answered anything but success.
bool WentWrong(const ViewSpan& span);

// Whether code is an answer that a working service gives ("no such item",
// "card declined") rather than one that a broken or missing service leaves.
bool IsBusinessCode(absl::string_view code);

// What the span says about its failure, in its own words; may be empty.
std::string FailureMessage(const ViewSpan& span);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_OUTCOME_H_
