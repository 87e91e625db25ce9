// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_builder.h"

#include "absl/strings/escaping.h"
#include "waybill/viewer/from_hex.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;

std::string BigEndian(uint64_t value) {
  std::string bytes(8, '\0');
  for (size_t i = 8; i > 0; --i) {
    bytes[i - 1] = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  return bytes;
}

uint64_t UnixNanos(double millis) {
  return static_cast<uint64_t>(TraceBuilder::kEpochMillis * 1000000 +
                               static_cast<int64_t>(millis * 1e6));
}

bool IsServersFault(absl::string_view code) {
  for (const char* fault : {"UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED",
                            "INTERNAL", "UNAVAILABLE", "DATA_LOSS"}) {
    if (code == fault) return true;
  }
  return false;
}

}  // namespace

TraceBuilder::TraceBuilder(absl::string_view trace_id)
    : trace_id_(BytesFromHex(trace_id).value()) {}

TraceBuilder& TraceBuilder::Service(absl::string_view name) {
  otlp::ResourceSpans* batch = data_.add_resource_spans();
  auto* attribute = batch->mutable_resource()->add_attributes();
  attribute->set_key("service.name");
  attribute->mutable_value()->set_string_value(std::string(name));
  batch->add_scope_spans()->mutable_scope()->set_name("waybill");
  return *this;
}

otlp::ResourceSpans& TraceBuilder::batch() {
  return *data_.mutable_resource_spans(data_.resource_spans_size() - 1);
}

OtlpSpan& TraceBuilder::Add(OtlpSpan::SpanKind kind, absl::string_view name,
                            uint64_t id, uint64_t parent, double start_millis,
                            double end_millis) {
  OtlpSpan& span = *batch().mutable_scope_spans(0)->add_spans();
  span.set_trace_id(trace_id_);
  span.set_span_id(BigEndian(id));
  if (parent != 0) span.set_parent_span_id(BigEndian(parent));
  span.set_kind(kind);
  span.set_name(std::string(name));
  span.set_start_time_unix_nano(UnixNanos(start_millis));
  span.set_end_time_unix_nano(UnixNanos(end_millis));
  return span;
}

OtlpSpan& TraceBuilder::AddRpc(OtlpSpan::SpanKind kind, absl::string_view name,
                               uint64_t id, uint64_t parent,
                               double start_millis, double end_millis,
                               absl::string_view code,
                               absl::string_view message) {
  OtlpSpan& span = Add(kind, name, id, parent, start_millis, end_millis);
  SetText(span, "rpc.system.name", "grpc");
  SetText(span, "rpc.method", name);
  SetText(span, "rpc.response.status_code", code);
  if (code != "OK" && (kind == kClient || IsServersFault(code))) {
    SetText(span, "error.type", code);
    SetError(span, message);
  }
  return span;
}

TraceReport TraceBuilder::Report() const {
  return MakeReport(data_, absl::BytesToHexString(trace_id_));
}

void SetText(OtlpSpan& span, absl::string_view key, absl::string_view value) {
  auto* attribute = span.add_attributes();
  attribute->set_key(std::string(key));
  attribute->mutable_value()->set_string_value(std::string(value));
}

void SetInt(OtlpSpan& span, absl::string_view key, int64_t value) {
  auto* attribute = span.add_attributes();
  attribute->set_key(std::string(key));
  attribute->mutable_value()->set_int_value(value);
}

void SetError(OtlpSpan& span, absl::string_view message) {
  span.mutable_status()->set_code(otlp::Status::STATUS_CODE_ERROR);
  span.mutable_status()->set_message(std::string(message));
}

TraceBuilder NormalCheckout(absl::string_view trace_id) {
  TraceBuilder trace(trace_id);
  trace.Service("frontend");
  OtlpSpan& root = trace.Add(kServer, "POST /checkout", 1, 0, 0, 1200);
  SetText(root, "http.request.method", "POST");
  SetInt(root, "http.response.status_code", 200);
  trace.AddRpc(kClient, "auth.Auth/Verify", 2, 1, 20, 100);
  trace.AddRpc(kClient, "payment.Payment/Charge", 4, 1, 120, 570);
  trace.AddRpc(kClient, "inventory.Inventory/Reserve", 10, 1, 600, 920);
  trace.AddRpc(kClient, "fulfillment.Fulfillment/Queue", 14, 1, 950, 1040);
  trace.Service("auth");
  trace.AddRpc(kServer, "auth.Auth/Verify", 3, 2, 21, 99);
  trace.Service("payment");
  trace.AddRpc(kServer, "payment.Payment/Charge", 5, 4, 121, 569);
  trace.AddRpc(kClient, "stripe.Stripe/Charge", 6, 5, 139, 539);
  trace.AddRpc(kClient, "fraud.Fraud/Check", 8, 5, 140, 260);
  trace.Service("stripe");
  trace.AddRpc(kServer, "stripe.Stripe/Charge", 7, 6, 140, 538);
  trace.Service("fraud");
  trace.AddRpc(kServer, "fraud.Fraud/Check", 9, 8, 141, 259);
  trace.Service("inventory");
  trace.AddRpc(kServer, "inventory.Inventory/Reserve", 11, 10, 601, 919);
  OtlpSpan& query = trace.Add(kClient, "postgres.query", 12, 11, 620, 800);
  SetText(query, "db.system.name", "postgresql");
  SetText(query, "db.query.text",
          "UPDATE stock SET left = left - $1 WHERE sku = $2");
  OtlpSpan& cache = trace.Add(kClient, "cache.get", 13, 11, 820, 840);
  SetText(cache, "db.system.name", "redis");
  trace.Service("fulfillment");
  trace.AddRpc(kServer, "fulfillment.Fulfillment/Queue", 15, 14, 951, 1039);
  trace.Service("worker");
  OtlpSpan& process =
      trace.Add(kConsumer, "fulfillment.process", 16, 15, 1100, 1250);
  SetText(process, "messaging.system", "redis");
  SetText(process, "messaging.destination.name", "orders");
  return trace;
}

TraceBuilder TimedOutCheckout() {
  TraceBuilder trace;
  trace.Service("frontend");
  OtlpSpan& root = trace.Add(kServer, "POST /checkout", 1, 0, 0, 1160);
  SetInt(root, "http.response.status_code", 504);
  SetError(root, "");
  trace.AddRpc(kClient, "auth.Auth/Verify", 2, 1, 20, 100);
  trace.AddRpc(kClient, "payment.Payment/Charge", 4, 1, 120, 1145,
               "DEADLINE_EXCEEDED", "Deadline Exceeded");
  trace.AddRpc(kClient, "inventory.Inventory/Reserve", 8, 1, 130, 1146,
               "CANCELLED", "CANCELLED");
  trace.Service("auth");
  trace.AddRpc(kServer, "auth.Auth/Verify", 3, 2, 21, 99);
  trace.Service("payment");
  trace.AddRpc(kServer, "payment.Payment/Charge", 5, 4, 121, 1144,
               "DEADLINE_EXCEEDED");
  trace.AddRpc(kClient, "stripe.Stripe/Charge", 6, 5, 139, 1139,
               "DEADLINE_EXCEEDED", "Deadline Exceeded");
  trace.Service("stripe");
  trace.AddRpc(kServer, "stripe.Stripe/Charge", 7, 6, 140, 1640, "CANCELLED");
  trace.Service("inventory");
  trace.AddRpc(kServer, "inventory.Inventory/Reserve", 9, 8, 131, 1147,
               "CANCELLED");
  return trace;
}

TraceBuilder DeclinedCheckout() {
  TraceBuilder trace;
  trace.Service("frontend");
  OtlpSpan& root = trace.Add(kServer, "POST /checkout", 1, 0, 0, 500);
  SetInt(root, "http.response.status_code", 402);
  trace.AddRpc(kClient, "auth.Auth/Verify", 2, 1, 20, 100);
  trace.AddRpc(kClient, "payment.Payment/Charge", 4, 1, 120, 480,
               "FAILED_PRECONDITION", "card declined");
  trace.Service("auth");
  trace.AddRpc(kServer, "auth.Auth/Verify", 3, 2, 21, 99);
  trace.Service("payment");
  trace.AddRpc(kServer, "payment.Payment/Charge", 5, 4, 121, 479,
               "FAILED_PRECONDITION");
  trace.AddRpc(kClient, "stripe.Stripe/Charge", 6, 5, 139, 460);
  trace.Service("stripe");
  trace.AddRpc(kServer, "stripe.Stripe/Charge", 7, 6, 140, 459);
  return trace;
}

}  // namespace waybill
