// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What an OTLP backend answers, read by hand and without trust: bytes that
// cannot be read count as not there.
//
// Source: OTLP specification, "Partial Success" and "OTLP/gRPC Throttling";
// opentelemetry-proto, collector/trace/v1/trace_service.proto; google.rpc's
// Status and RetryInfo.
//
//   waybill::PartialSuccess answer = waybill::ParseExportResponse(bytes);
//   absl::optional<absl::Duration> delay =
//       waybill::ParseRetryDelay(status.error_details());
//
// Functions without state; safe from any thread.
#ifndef WAYBILL_EXPORTERS_OTLP_RESPONSE_H_
#define WAYBILL_EXPORTERS_OTLP_RESPONSE_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace waybill {

struct PartialSuccess {
  // Never negative, and not checked against what was sent.
  int64_t rejected_spans = 0;
  // Points into the response.
  absl::string_view error_message;
};

// response is an ExportTraceServiceResponse.
PartialSuccess ParseExportResponse(absl::string_view response);

// status is a google.rpc.Status, which gRPC carries as
// grpc-status-details-bin. The delay of the RetryInfo in it, which is never
// negative; none where there is no RetryInfo.
absl::optional<absl::Duration> ParseRetryDelay(absl::string_view status);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_RESPONSE_H_
