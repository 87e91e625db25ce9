// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Traces made up for tests, as OTLP messages.
//
//   waybill::TraceBuilder builder;
//   builder.Service("frontend");
//   builder.Add(kServer, "POST /checkout", /*id=*/1, /*parent=*/0, 0, 1200);
//   waybill::TraceReport report = builder.Report();
//
// Times are milliseconds since TraceBuilder::kEpochMillis. Ids are small
// numbers; 0 is none. Not thread-safe.
#ifndef WAYBILL_VIEWER_TRACE_BUILDER_H_
#define WAYBILL_VIEWER_TRACE_BUILDER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "viewer/otlp/trace.pb.h"
#include "waybill/viewer/trace_report.h"

namespace waybill {

using OtlpSpan = opentelemetry::proto::trace::v1::Span;

inline constexpr OtlpSpan::SpanKind kInternal = OtlpSpan::SPAN_KIND_INTERNAL;
inline constexpr OtlpSpan::SpanKind kServer = OtlpSpan::SPAN_KIND_SERVER;
inline constexpr OtlpSpan::SpanKind kClient = OtlpSpan::SPAN_KIND_CLIENT;
inline constexpr OtlpSpan::SpanKind kProducer = OtlpSpan::SPAN_KIND_PRODUCER;
inline constexpr OtlpSpan::SpanKind kConsumer = OtlpSpan::SPAN_KIND_CONSUMER;

class TraceBuilder {
 public:
  static constexpr int64_t kEpochMillis = 1700000000000;
  static constexpr const char* kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

  // trace_id is 32 hexadecimal digits.
  explicit TraceBuilder(absl::string_view trace_id = kTraceId);

  // Spans added from now on are of that process.
  TraceBuilder& Service(absl::string_view name);

  // The references are good until Service() or Add() is called again.
  OtlpSpan& Add(OtlpSpan::SpanKind kind, absl::string_view name, uint64_t id,
                uint64_t parent, double start_millis, double end_millis);

  // Add(), for a half of a call that ended with code: with the attributes and
  // status that Waybill gives it.
  OtlpSpan& AddRpc(OtlpSpan::SpanKind kind, absl::string_view name, uint64_t id,
                   uint64_t parent, double start_millis, double end_millis,
                   absl::string_view code = "OK",
                   absl::string_view message = "");

  opentelemetry::proto::trace::v1::ResourceSpans& batch();
  opentelemetry::proto::trace::v1::TracesData& data() { return data_; }

  TraceReport Report() const;

 private:
  const std::string trace_id_;
  opentelemetry::proto::trace::v1::TracesData data_;
};

void SetText(OtlpSpan& span, absl::string_view key, absl::string_view value);
void SetInt(OtlpSpan& span, absl::string_view key, int64_t value);
void SetError(OtlpSpan& span, absl::string_view message);

// The checkout of the demo: as it should go; with Stripe hanging past the
// deadline; with a card that is declined.
TraceBuilder NormalCheckout(
    absl::string_view trace_id = TraceBuilder::kTraceId);
TraceBuilder TimedOutCheckout();
TraceBuilder DeclinedCheckout();

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_BUILDER_H_
