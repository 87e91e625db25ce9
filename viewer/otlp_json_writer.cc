// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>
#include <cstdint>
#include <string>

#include "absl/strings/escaping.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/otlp_json.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;
using opentelemetry::proto::common::v1::AnyValue;
using opentelemetry::proto::common::v1::KeyValue;
using Json = nlohmann::ordered_json;
using KeyValues = google::protobuf::RepeatedPtrField<KeyValue>;

Json WriteAttributes(const KeyValues& attributes);

// JSON has no such numbers; protobuf's mapping has these words for them.
Json WriteDouble(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  return number;
}

Json WriteValue(const AnyValue& value) {
  Json json = Json::object();
  switch (value.value_case()) {
    case AnyValue::kStringValue:
      json["stringValue"] = value.string_value();
      break;
    case AnyValue::kBoolValue:
      json["boolValue"] = value.bool_value();
      break;
    case AnyValue::kIntValue:
      json["intValue"] = std::to_string(value.int_value());
      break;
    case AnyValue::kDoubleValue:
      json["doubleValue"] = WriteDouble(value.double_value());
      break;
    case AnyValue::kBytesValue:
      json["bytesValue"] = absl::Base64Escape(value.bytes_value());
      break;
    case AnyValue::kArrayValue: {
      Json values = Json::array();
      for (const AnyValue& item : value.array_value().values()) {
        values.push_back(WriteValue(item));
      }
      json["arrayValue"]["values"] = std::move(values);
      break;
    }
    case AnyValue::kKvlistValue:
      json["kvlistValue"]["values"] =
          WriteAttributes(value.kvlist_value().values());
      break;
    case AnyValue::VALUE_NOT_SET:
      break;
  }
  return json;
}

Json WriteAttributes(const KeyValues& attributes) {
  Json json = Json::array();
  for (const KeyValue& attribute : attributes) {
    Json entry;
    entry["key"] = attribute.key();
    entry["value"] = WriteValue(attribute.value());
    json.push_back(std::move(entry));
  }
  return json;
}

void SetUnlessEmpty(const char* key, const std::string& value, Json* json) {
  if (!value.empty()) (*json)[key] = value;
}

void SetUnlessZero(const char* key, uint32_t value, Json* json) {
  if (value != 0) (*json)[key] = value;
}

Json WriteEvent(const otlp::Span::Event& event) {
  Json json;
  json["timeUnixNano"] = std::to_string(event.time_unix_nano());
  json["name"] = event.name();
  json["attributes"] = WriteAttributes(event.attributes());
  SetUnlessZero("droppedAttributesCount", event.dropped_attributes_count(),
                &json);
  return json;
}

Json WriteLink(const otlp::Span::Link& link) {
  Json json;
  json["traceId"] = absl::BytesToHexString(link.trace_id());
  json["spanId"] = absl::BytesToHexString(link.span_id());
  SetUnlessEmpty("traceState", link.trace_state(), &json);
  json["attributes"] = WriteAttributes(link.attributes());
  SetUnlessZero("droppedAttributesCount", link.dropped_attributes_count(),
                &json);
  SetUnlessZero("flags", link.flags(), &json);
  return json;
}

Json WriteSpan(const otlp::Span& span) {
  Json json;
  json["traceId"] = absl::BytesToHexString(span.trace_id());
  json["spanId"] = absl::BytesToHexString(span.span_id());
  SetUnlessEmpty("traceState", span.trace_state(), &json);
  SetUnlessEmpty("parentSpanId", absl::BytesToHexString(span.parent_span_id()),
                 &json);
  SetUnlessZero("flags", span.flags(), &json);
  json["name"] = span.name();
  json["kind"] = static_cast<int>(span.kind());
  json["startTimeUnixNano"] = std::to_string(span.start_time_unix_nano());
  json["endTimeUnixNano"] = std::to_string(span.end_time_unix_nano());
  json["attributes"] = WriteAttributes(span.attributes());
  SetUnlessZero("droppedAttributesCount", span.dropped_attributes_count(),
                &json);
  for (const otlp::Span::Event& event : span.events()) {
    json["events"].push_back(WriteEvent(event));
  }
  SetUnlessZero("droppedEventsCount", span.dropped_events_count(), &json);
  for (const otlp::Span::Link& link : span.links()) {
    json["links"].push_back(WriteLink(link));
  }
  SetUnlessZero("droppedLinksCount", span.dropped_links_count(), &json);
  Json status = Json::object();
  SetUnlessEmpty("message", span.status().message(), &status);
  if (span.status().code() != otlp::Status::STATUS_CODE_UNSET) {
    status["code"] = static_cast<int>(span.status().code());
  }
  json["status"] = std::move(status);
  return json;
}

Json WriteScope(const otlp::ScopeSpans& scope) {
  Json json;
  json["scope"]["name"] = scope.scope().name();
  SetUnlessEmpty("version", scope.scope().version(), &json["scope"]);
  if (scope.scope().attributes_size() > 0) {
    json["scope"]["attributes"] = WriteAttributes(scope.scope().attributes());
  }
  SetUnlessZero("droppedAttributesCount",
                scope.scope().dropped_attributes_count(), &json["scope"]);
  json["spans"] = Json::array();
  for (const otlp::Span& span : scope.spans()) {
    json["spans"].push_back(WriteSpan(span));
  }
  SetUnlessEmpty("schemaUrl", scope.schema_url(), &json);
  return json;
}

}  // namespace

std::string WriteOtlpJson(const otlp::TracesData& data) {
  Json json;
  json["resourceSpans"] = Json::array();
  for (const otlp::ResourceSpans& batch : data.resource_spans()) {
    Json entry;
    entry["resource"]["attributes"] =
        WriteAttributes(batch.resource().attributes());
    SetUnlessZero("droppedAttributesCount",
                  batch.resource().dropped_attributes_count(),
                  &entry["resource"]);
    entry["scopeSpans"] = Json::array();
    for (const otlp::ScopeSpans& scope : batch.scope_spans()) {
      entry["scopeSpans"].push_back(WriteScope(scope));
    }
    SetUnlessEmpty("schemaUrl", batch.schema_url(), &entry);
    json["resourceSpans"].push_back(std::move(entry));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace waybill
