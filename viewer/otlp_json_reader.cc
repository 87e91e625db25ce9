// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/json_fields.h"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;
using opentelemetry::proto::common::v1::AnyValue;
using opentelemetry::proto::common::v1::InstrumentationScope;
using opentelemetry::proto::common::v1::KeyValue;
using Json = nlohmann::json;
using KeyValues = google::protobuf::RepeatedPtrField<KeyValue>;

constexpr int kMaxDepth = 64;

// Message by message, in the order of the .proto files.
class Reader {
 public:
  absl::Status status() const { return fields_.status(); }

  void ReadData(const Json& json, otlp::TracesData* data) {
    if (!json.is_object()) {
      fields_.Fail(json, "an object with resourceSpans");
      return;
    }
    if (fields_.Field(json, "resourceSpans") == nullptr) {
      fields_.Fail(json, "resourceSpans in the object");
      return;
    }
    fields_.Objects(json, "resourceSpans", [&](const Json& entry) {
      ReadBatch(entry, data->add_resource_spans());
    });
  }

 private:
  void ReadBatch(const Json& json, otlp::ResourceSpans* batch) {
    fields_.Object(json, "resource", [&](const Json& resource) {
      ReadAttributes(resource, "attributes", 0,
                     batch->mutable_resource()->mutable_attributes());
      batch->mutable_resource()->set_dropped_attributes_count(
          fields_.Unsigned32(resource, "droppedAttributesCount"));
    });
    fields_.Objects(json, "scopeSpans", [&](const Json& entry) {
      ReadScope(entry, batch->add_scope_spans());
    });
    batch->set_schema_url(fields_.Text(json, "schemaUrl"));
  }

  void ReadScope(const Json& json, otlp::ScopeSpans* scope_spans) {
    fields_.Object(json, "scope", [&](const Json& entry) {
      InstrumentationScope* scope = scope_spans->mutable_scope();
      scope->set_name(fields_.Text(entry, "name"));
      scope->set_version(fields_.Text(entry, "version"));
      ReadAttributes(entry, "attributes", 0, scope->mutable_attributes());
      scope->set_dropped_attributes_count(
          fields_.Unsigned32(entry, "droppedAttributesCount"));
    });
    fields_.Objects(json, "spans", [&](const Json& entry) {
      ReadSpan(entry, scope_spans->add_spans());
    });
    scope_spans->set_schema_url(fields_.Text(json, "schemaUrl"));
  }

  void ReadSpan(const Json& json, otlp::Span* span) {
    span->set_trace_id(fields_.Hex(json, "traceId"));
    span->set_span_id(fields_.Hex(json, "spanId"));
    span->set_parent_span_id(fields_.Hex(json, "parentSpanId"));
    span->set_trace_state(fields_.Text(json, "traceState"));
    span->set_flags(fields_.Unsigned32(json, "flags"));
    span->set_name(fields_.Text(json, "name"));
    span->set_kind(static_cast<otlp::Span::SpanKind>(
        fields_.Enum(json, "kind", [](const std::string& name, int* value) {
          otlp::Span::SpanKind kind;
          const bool known = otlp::Span::SpanKind_Parse(name, &kind);
          if (known) *value = kind;
          return known;
        })));
    span->set_start_time_unix_nano(
        fields_.Unsigned64(json, "startTimeUnixNano"));
    span->set_end_time_unix_nano(fields_.Unsigned64(json, "endTimeUnixNano"));
    ReadAttributes(json, "attributes", 0, span->mutable_attributes());
    span->set_dropped_attributes_count(
        fields_.Unsigned32(json, "droppedAttributesCount"));
    fields_.Objects(json, "events", [&](const Json& entry) {
      otlp::Span::Event* event = span->add_events();
      event->set_time_unix_nano(fields_.Unsigned64(entry, "timeUnixNano"));
      event->set_name(fields_.Text(entry, "name"));
      ReadAttributes(entry, "attributes", 0, event->mutable_attributes());
      event->set_dropped_attributes_count(
          fields_.Unsigned32(entry, "droppedAttributesCount"));
    });
    span->set_dropped_events_count(
        fields_.Unsigned32(json, "droppedEventsCount"));
    fields_.Objects(json, "links", [&](const Json& entry) {
      ReadLink(entry, span->add_links());
    });
    span->set_dropped_links_count(
        fields_.Unsigned32(json, "droppedLinksCount"));
    fields_.Object(json, "status", [&](const Json& entry) {
      ReadStatus(entry, span->mutable_status());
    });
  }

  void ReadLink(const Json& json, otlp::Span::Link* link) {
    link->set_trace_id(fields_.Hex(json, "traceId"));
    link->set_span_id(fields_.Hex(json, "spanId"));
    link->set_trace_state(fields_.Text(json, "traceState"));
    ReadAttributes(json, "attributes", 0, link->mutable_attributes());
    link->set_dropped_attributes_count(
        fields_.Unsigned32(json, "droppedAttributesCount"));
    link->set_flags(fields_.Unsigned32(json, "flags"));
  }

  void ReadStatus(const Json& json, otlp::Status* status) {
    status->set_message(fields_.Text(json, "message"));
    status->set_code(static_cast<otlp::Status::StatusCode>(
        fields_.Enum(json, "code", [](const std::string& name, int* value) {
          otlp::Status::StatusCode code;
          const bool known = otlp::Status::StatusCode_Parse(name, &code);
          if (known) *value = code;
          return known;
        })));
  }

  void ReadAttributes(const Json& json, const char* key, int depth,
                      KeyValues* attributes) {
    fields_.Objects(json, key, [&](const Json& entry) {
      KeyValue* attribute = attributes->Add();
      attribute->set_key(fields_.Text(entry, "key"));
      fields_.Object(entry, "value", [&](const Json& value) {
        ReadValue(value, depth, attribute->mutable_value());
      });
    });
  }

  void ReadValue(const Json& json, int depth, AnyValue* value) {
    if (depth > kMaxDepth) {
      fields_.Fail(json, "a value that is nested less deeply");
      return;
    }
    if (fields_.Field(json, "stringValue") != nullptr) {
      value->set_string_value(fields_.Text(json, "stringValue"));
    }
    if (fields_.Field(json, "boolValue") != nullptr) {
      value->set_bool_value(fields_.Bool(json, "boolValue"));
    }
    if (fields_.Field(json, "intValue") != nullptr) {
      value->set_int_value(fields_.Signed64(json, "intValue"));
    }
    if (fields_.Field(json, "doubleValue") != nullptr) {
      value->set_double_value(fields_.Double(json, "doubleValue"));
    }
    if (fields_.Field(json, "bytesValue") != nullptr) {
      value->set_bytes_value(fields_.Base64(json, "bytesValue"));
    }
    fields_.Object(json, "arrayValue", [&](const Json& array) {
      value->mutable_array_value();
      fields_.Objects(array, "values", [&](const Json& item) {
        ReadValue(item, depth + 1, value->mutable_array_value()->add_values());
      });
    });
    fields_.Object(json, "kvlistValue", [&](const Json& list) {
      ReadAttributes(list, "values", depth + 1,
                     value->mutable_kvlist_value()->mutable_values());
    });
  }

  JsonFields fields_;
};

// The library throws; nothing past this function does.
absl::StatusOr<Json> Parse(absl::string_view text) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& error) {
    // Its message begins with a name in brackets that helps nobody.
    absl::string_view message = error.what();
    const size_t bracket = message.find("] ");
    if (bracket != absl::string_view::npos) message.remove_prefix(bracket + 2);
    return absl::InvalidArgumentError(
        absl::StrCat("not JSON: ", CleanUtf8(message, 200)));
  }
}

}  // namespace

absl::StatusOr<otlp::TracesData> ReadOtlpJson(absl::string_view text) {
  absl::StatusOr<Json> json = Parse(text);
  if (!json.ok()) return json.status();
  otlp::TracesData data;
  Reader reader;
  reader.ReadData(*json, &data);
  if (!reader.status().ok()) return reader.status();
  return data;
}

OtlpJsonLines ReadOtlpJsonLines(absl::string_view text) {
  OtlpJsonLines result;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    absl::StatusOr<otlp::TracesData> data = ReadOtlpJson(line);
    if (data.ok()) {
      result.data.MergeFrom(*data);
      continue;
    }
    // One object over many lines is what people save from a browser.
    if (result.data.resource_spans_size() == 0 && result.errors.empty()) {
      data = ReadOtlpJson(text);
      if (data.ok()) {
        result.data = *std::move(data);
        return result;
      }
      data = ReadOtlpJson(line);  // Its message is about this line alone.
    }
    result.errors.push_back(
        absl::StrCat("line ", number, ": ", data.status().message()));
  }
  return result;
}

}  // namespace waybill
