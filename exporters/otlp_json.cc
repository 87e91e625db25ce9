// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_json.h"

#include "absl/strings/escaping.h"
#include "waybill/exporters/json_writer.h"
#include "waybill/exporters/scope.h"

namespace waybill {
namespace {

// As in otlp_encoder.cc: whether the parent's place is known, and elsewhere.
constexpr uint32_t kHasIsRemote = 0x100;
constexpr uint32_t kIsRemote = 0x200;

void WriteText(const char* key, absl::string_view text, JsonWriter* json) {
  if (!text.empty()) json->Key(key).String(text);
}

void WriteCount(const char* key, uint64_t count, JsonWriter* json) {
  if (count > 0) json->Key(key).Number(count);
}

// An AnyValue of a value that is no list.
void WriteValue(const AttributeValue& value, JsonWriter* json) {
  json->BeginObject();
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      json->Key("boolValue").Bool(value.bool_value());
      break;
    case AttributeValue::Type::kInt:
      json->Key("intValue").Int64(value.int_value());
      break;
    case AttributeValue::Type::kDouble:
      json->Key("doubleValue").Double(value.double_value());
      break;
    default:
      json->Key("stringValue").String(value.string_value());
      break;
  }
  json->EndObject();
}

void WriteAttributeValue(const AttributeView& attribute, JsonWriter* json) {
  switch (attribute.type()) {
    case AttributeValue::Type::kBool:
      return WriteValue(attribute.bool_value(), json);
    case AttributeValue::Type::kInt:
      return WriteValue(attribute.int_value(), json);
    case AttributeValue::Type::kDouble:
      return WriteValue(attribute.double_value(), json);
    case AttributeValue::Type::kString:
      return WriteValue(attribute.string_value(), json);
    default:
      break;
  }
  json->BeginObject().Key("arrayValue").BeginObject();
  json->Key("values").BeginArray();
  attribute.ForEachElement(
      [json](const AttributeValue& element) { WriteValue(element, json); });
  json->EndArray().EndObject().EndObject();
}

// The attributes of a span, an event or a link.
template <typename View>
void WriteAttributes(const View& view, JsonWriter* json) {
  bool any = false;
  view.ForEachAttribute([&](const AttributeView& attribute) {
    if (!any) json->Key("attributes").BeginArray();
    any = true;
    json->BeginObject().Key("key").String(attribute.key());
    json->Key("value");
    WriteAttributeValue(attribute, json);
    json->EndObject();
  });
  if (any) json->EndArray();
  WriteCount("droppedAttributesCount", view.dropped_attributes(), json);
}

void WriteEvents(const SpanView& span, JsonWriter* json) {
  bool any = false;
  span.ForEachEvent([&](const EventView& event) {
    if (!any) json->Key("events").BeginArray();
    any = true;
    json->BeginObject().Key("timeUnixNano").Uint64(event.unix_nanos());
    WriteText("name", event.name(), json);
    WriteAttributes(event, json);
    json->EndObject();
  });
  if (any) json->EndArray();
  WriteCount("droppedEventsCount", span.dropped_events(), json);
}

void WriteLinks(const SpanView& span, JsonWriter* json) {
  bool any = false;
  span.ForEachLink([&](const LinkView& link) {
    if (!any) json->Key("links").BeginArray();
    any = true;
    json->BeginObject();
    json->Key("traceId").String(absl::BytesToHexString(link.trace_id_bytes()));
    json->Key("spanId").String(absl::BytesToHexString(link.span_id_bytes()));
    WriteText("traceState", link.trace_state(), json);
    WriteAttributes(link, json);
    json->Key("flags").Number(link.trace_flags());
    json->EndObject();
  });
  if (any) json->EndArray();
  WriteCount("droppedLinksCount", span.dropped_links(), json);
}

void WriteSpan(const SpanView& span, JsonWriter* json) {
  json->BeginObject();
  json->Key("traceId").String(span.trace_id().ToHex());
  json->Key("spanId").String(span.span_id().ToHex());
  WriteText("traceState", span.trace_state().ToString(), json);
  if (span.parent_span_id().IsValid()) {
    json->Key("parentSpanId").String(span.parent_span_id().ToHex());
  }
  json->Key("flags").Number(span.trace_flags() | kHasIsRemote |
                            (span.parent_is_remote() ? kIsRemote : 0));
  WriteText("name", span.name(), json);
  json->Key("kind").Number(static_cast<uint64_t>(span.kind()));
  json->Key("startTimeUnixNano").Uint64(span.start_unix_nanos());
  json->Key("endTimeUnixNano").Uint64(span.end_unix_nanos());
  WriteAttributes(span, json);
  WriteEvents(span, json);
  WriteLinks(span, json);
  if (span.status() != StatusCode::kUnset) {
    json->Key("status").BeginObject();
    WriteText("message", span.status_message(), json);
    json->Key("code").Number(static_cast<uint64_t>(span.status()));
    json->EndObject();
  }
  json->EndObject();
}

void WriteResource(const Resource& resource, JsonWriter* json) {
  json->Key("resource").BeginObject().Key("attributes").BeginArray();
  for (const auto& [key, value] : resource.attributes) {
    json->BeginObject().Key("key").String(key).Key("value");
    WriteValue(value, json);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

void WriteScope(const RecorderCounts& counts, JsonWriter* json) {
  json->Key("scope").BeginObject();
  json->Key("name").String(kScopeName).Key("version").String(kScopeVersion);
  if (counts.dropped() > 0) {
    json->Key("attributes").BeginArray();
    ForEachLoss(counts, [json](absl::string_view key, uint64_t spans) {
      json->BeginObject().Key("key").String(key).Key("value");
      WriteValue(spans, json);
      json->EndObject();
    });
    json->EndArray();
  }
  json->EndObject();
}

}  // namespace

void AppendOtlpJson(const SpanBatch& batch, std::string* out) {
  JsonWriter json(out);
  json.BeginObject().Key("resourceSpans").BeginArray().BeginObject();
  WriteResource(batch.resource, &json);
  json.Key("scopeSpans").BeginArray().BeginObject();
  WriteScope(batch.counts, &json);
  json.Key("spans").BeginArray();
  for (const SpanView& span : batch.spans) WriteSpan(span, &json);
  json.EndArray();                          // spans
  json.EndObject().EndArray();              // scopeSpans
  json.EndObject().EndArray().EndObject();  // resourceSpans
}

}  // namespace waybill
