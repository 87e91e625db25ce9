// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// OTLP traces as JSON, and back.
//
// Source: OpenTelemetry Protocol specification, "JSON Protobuf Encoding": as
// protobuf's JSON, but ids are hexadecimal digits, enums are numbers and 64-bit
// numbers are text.
//
//   std::string line = waybill::WriteOtlpJson(data);
//   absl::StatusOr<TracesData> again = waybill::ReadOtlpJson(line);
//
// What is written follows the specification to the letter. What is read may
// also have snake_case names, enums by name and 64-bit numbers as numbers;
// unknown fields are skipped, null is taken for absent. Text that is not UTF-8
// is repaired when written.
//
// Errors are InvalidArgument and say where and what: "resourceSpans[0].
// scopeSpans[0].spans[2].traceId: expected hexadecimal digits, found 7". Input
// of any size and shape is safe; values nested deeper than 64 are refused.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_OTLP_JSON_H_
#define WAYBILL_VIEWER_OTLP_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "viewer/otlp/trace.pb.h"

namespace waybill {

// One line, without a newline at its end.
std::string WriteOtlpJson(
    const opentelemetry::proto::trace::v1::TracesData& data);

// One object: a TracesData or, which is the same, an
// ExportTraceServiceRequest.
absl::StatusOr<opentelemetry::proto::trace::v1::TracesData> ReadOtlpJson(
    absl::string_view text);

// A file with an object on each line. A file that was cut short, or that
// something else was written into, still gives all that can be read.
struct OtlpJsonLines {
  opentelemetry::proto::trace::v1::TracesData data;
  // "line 7: ..." for each line that could not be read.
  std::vector<std::string> errors;
};

// Empty lines are skipped. One object over several lines is read, too.
OtlpJsonLines ReadOtlpJsonLines(absl::string_view text);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_OTLP_JSON_H_
