// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "nlohmann/json.hpp"
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
constexpr size_t kMaxShownBytes = 40;

std::string SnakeCase(absl::string_view camel_case) {
  std::string snake;
  for (char c : camel_case) {
    if (absl::ascii_isupper(c)) snake.push_back('_');
    snake.push_back(absl::ascii_tolower(c));
  }
  return snake;
}

// Reads field after field; the first mistake is kept, and then nothing more is
// read.
class Reader {
 public:
  absl::Status status() const {
    return error_.empty() ? absl::OkStatus()
                          : absl::InvalidArgumentError(error_);
  }

  void ReadData(const Json& json, otlp::TracesData* data) {
    if (!json.is_object()) {
      Fail(json, "an object with resourceSpans");
      return;
    }
    if (Field(json, "resourceSpans") == nullptr) {
      Fail(json, "resourceSpans in the object");
      return;
    }
    Objects(json, "resourceSpans", [&](const Json& entry) {
      ReadBatch(entry, data->add_resource_spans());
    });
  }

 private:
  void ReadBatch(const Json& json, otlp::ResourceSpans* batch) {
    Object(json, "resource", [&](const Json& resource) {
      ReadAttributes(resource, "attributes", 0,
                     batch->mutable_resource()->mutable_attributes());
      batch->mutable_resource()->set_dropped_attributes_count(
          Unsigned32(resource, "droppedAttributesCount"));
    });
    Objects(json, "scopeSpans", [&](const Json& entry) {
      ReadScope(entry, batch->add_scope_spans());
    });
    batch->set_schema_url(Text(json, "schemaUrl"));
  }

  void ReadScope(const Json& json, otlp::ScopeSpans* scope_spans) {
    Object(json, "scope", [&](const Json& entry) {
      InstrumentationScope* scope = scope_spans->mutable_scope();
      scope->set_name(Text(entry, "name"));
      scope->set_version(Text(entry, "version"));
      ReadAttributes(entry, "attributes", 0, scope->mutable_attributes());
      scope->set_dropped_attributes_count(
          Unsigned32(entry, "droppedAttributesCount"));
    });
    Objects(json, "spans", [&](const Json& entry) {
      ReadSpan(entry, scope_spans->add_spans());
    });
    scope_spans->set_schema_url(Text(json, "schemaUrl"));
  }

  void ReadSpan(const Json& json, otlp::Span* span) {
    span->set_trace_id(Id(json, "traceId"));
    span->set_span_id(Id(json, "spanId"));
    span->set_parent_span_id(Id(json, "parentSpanId"));
    span->set_trace_state(Text(json, "traceState"));
    span->set_flags(Unsigned32(json, "flags"));
    span->set_name(Text(json, "name"));
    span->set_kind(static_cast<otlp::Span::SpanKind>(
        Enum(json, "kind", [](const std::string& name, int* value) {
          otlp::Span::SpanKind kind;
          const bool known = otlp::Span::SpanKind_Parse(name, &kind);
          if (known) *value = kind;
          return known;
        })));
    span->set_start_time_unix_nano(Unsigned64(json, "startTimeUnixNano"));
    span->set_end_time_unix_nano(Unsigned64(json, "endTimeUnixNano"));
    ReadAttributes(json, "attributes", 0, span->mutable_attributes());
    span->set_dropped_attributes_count(
        Unsigned32(json, "droppedAttributesCount"));
    Objects(json, "events", [&](const Json& entry) {
      otlp::Span::Event* event = span->add_events();
      event->set_time_unix_nano(Unsigned64(entry, "timeUnixNano"));
      event->set_name(Text(entry, "name"));
      ReadAttributes(entry, "attributes", 0, event->mutable_attributes());
      event->set_dropped_attributes_count(
          Unsigned32(entry, "droppedAttributesCount"));
    });
    span->set_dropped_events_count(Unsigned32(json, "droppedEventsCount"));
    Objects(json, "links",
            [&](const Json& entry) { ReadLink(entry, span->add_links()); });
    span->set_dropped_links_count(Unsigned32(json, "droppedLinksCount"));
    Object(json, "status", [&](const Json& entry) {
      ReadStatus(entry, span->mutable_status());
    });
  }

  void ReadLink(const Json& json, otlp::Span::Link* link) {
    link->set_trace_id(Id(json, "traceId"));
    link->set_span_id(Id(json, "spanId"));
    link->set_trace_state(Text(json, "traceState"));
    ReadAttributes(json, "attributes", 0, link->mutable_attributes());
    link->set_dropped_attributes_count(
        Unsigned32(json, "droppedAttributesCount"));
    link->set_flags(Unsigned32(json, "flags"));
  }

  void ReadStatus(const Json& json, otlp::Status* status) {
    status->set_message(Text(json, "message"));
    status->set_code(static_cast<otlp::Status::StatusCode>(
        Enum(json, "code", [](const std::string& name, int* value) {
          otlp::Status::StatusCode code;
          const bool known = otlp::Status::StatusCode_Parse(name, &code);
          if (known) *value = code;
          return known;
        })));
  }

  void ReadAttributes(const Json& json, const char* key, int depth,
                      KeyValues* attributes) {
    Objects(json, key, [&](const Json& entry) {
      KeyValue* attribute = attributes->Add();
      attribute->set_key(Text(entry, "key"));
      Object(entry, "value", [&](const Json& value) {
        ReadValue(value, depth, attribute->mutable_value());
      });
    });
  }

  void ReadValue(const Json& json, int depth, AnyValue* value) {
    if (depth > kMaxDepth) {
      Fail(json, "a value that is nested less deeply");
      return;
    }
    if (Field(json, "stringValue") != nullptr) {
      value->set_string_value(Text(json, "stringValue"));
    }
    if (const Json* field = Field(json, "boolValue")) {
      if (!field->is_boolean()) FailIn("boolValue", *field, "true or false");
      value->set_bool_value(field->is_boolean() && field->get<bool>());
    }
    if (Field(json, "intValue") != nullptr) {
      value->set_int_value(Signed64(json, "intValue"));
    }
    if (Field(json, "doubleValue") != nullptr) {
      value->set_double_value(Double(json, "doubleValue"));
    }
    if (Field(json, "bytesValue") != nullptr) {
      std::string bytes;
      if (!absl::Base64Unescape(Text(json, "bytesValue"), &bytes)) {
        FailIn("bytesValue", *Field(json, "bytesValue"), "base64");
      }
      value->set_bytes_value(bytes);
    }
    Object(json, "arrayValue", [&](const Json& array) {
      value->mutable_array_value();
      Objects(array, "values", [&](const Json& item) {
        ReadValue(item, depth + 1, value->mutable_array_value()->add_values());
      });
    });
    Object(json, "kvlistValue", [&](const Json& list) {
      ReadAttributes(list, "values", depth + 1,
                     value->mutable_kvlist_value()->mutable_values());
    });
  }

  // The field under either of its names; null where it is absent or null, or
  // after a mistake.
  const Json* Field(const Json& json, const char* key) const {
    if (!error_.empty()) return nullptr;
    auto found = json.find(key);
    if (found == json.end()) found = json.find(SnakeCase(key));
    return found == json.end() || found->is_null() ? nullptr : &*found;
  }

  void Object(const Json& json, const char* key,
              absl::FunctionRef<void(const Json&)> read) {
    const Json* field = Field(json, key);
    if (field == nullptr) return;
    path_.push_back(key);
    if (field->is_object()) {
      read(*field);
    } else {
      Fail(*field, "an object");
    }
    path_.pop_back();
  }

  void Objects(const Json& json, const char* key,
               absl::FunctionRef<void(const Json&)> read) {
    const Json* field = Field(json, key);
    if (field == nullptr) return;
    if (!field->is_array()) {
      FailIn(key, *field, "an array");
      return;
    }
    for (size_t i = 0; i < field->size() && error_.empty(); ++i) {
      path_.push_back(absl::StrCat(key, "[", i, "]"));
      if ((*field)[i].is_object()) {
        read((*field)[i]);
      } else {
        Fail((*field)[i], "an object");
      }
      path_.pop_back();
    }
  }

  std::string Text(const Json& json, const char* key) {
    const Json* field = Field(json, key);
    if (field == nullptr) return std::string();
    if (field->is_string()) return field->get<std::string>();
    FailIn(key, *field, "text");
    return std::string();
  }

  std::string Id(const Json& json, const char* key) {
    const std::string hex = Text(json, key);
    const bool all_digits = std::all_of(
        hex.begin(), hex.end(), [](char c) { return absl::ascii_isxdigit(c); });
    if (all_digits && hex.size() % 2 == 0) return absl::HexStringToBytes(hex);
    if (const Json* field = Field(json, key)) {
      FailIn(key, *field, "an even number of hexadecimal digits");
    }
    return std::string();
  }

  template <typename Number>
  Number Whole(const Json& json, const char* key, const char* expected) {
    const Json* field = Field(json, key);
    if (field == nullptr) return 0;
    Number number = 0;
    if (field->is_string() &&
        absl::SimpleAtoi(field->get<std::string>(), &number)) {
      return number;
    }
    // Number by number: one that is negative would turn into a large one.
    if (field->is_number_unsigned()) {
      const uint64_t value = field->get<uint64_t>();
      if (value <= static_cast<uint64_t>(std::numeric_limits<Number>::max())) {
        return static_cast<Number>(value);
      }
    } else if (field->is_number_integer()) {
      const int64_t value = field->get<int64_t>();
      if (value >= 0 || std::numeric_limits<Number>::min() < 0) {
        return static_cast<Number>(value);
      }
    } else if (field->is_number_float()) {
      // JavaScript writes large numbers as 1.7e18.
      const double value = field->get<double>();
      const double past =
          static_cast<double>(std::numeric_limits<Number>::max());
      const double least =
          static_cast<double>(std::numeric_limits<Number>::min());
      if (value >= least && value < past && value == std::floor(value)) {
        return static_cast<Number>(value);
      }
    }
    FailIn(key, *field, expected);
    return 0;
  }

  uint64_t Unsigned64(const Json& json, const char* key) {
    return Whole<uint64_t>(json, key,
                           "a whole number of 64 bits, not negative");
  }

  int64_t Signed64(const Json& json, const char* key) {
    return Whole<int64_t>(json, key, "a whole number of 64 bits");
  }

  uint32_t Unsigned32(const Json& json, const char* key) {
    return Whole<uint32_t>(json, key,
                           "a whole number of 32 bits, not negative");
  }

  double Double(const Json& json, const char* key) {
    const Json* field = Field(json, key);
    if (field == nullptr) return 0;
    if (field->is_number()) return field->get<double>();
    double number = 0;
    // Reads "NaN" and "Infinity" as well.
    if (field->is_string() &&
        absl::SimpleAtod(field->get<std::string>(), &number)) {
      return number;
    }
    FailIn(key, *field, "a number");
    return 0;
  }

  int Enum(const Json& json, const char* key,
           absl::FunctionRef<bool(const std::string&, int*)> parse) {
    const Json* field = Field(json, key);
    if (field == nullptr) return 0;
    int value = 0;
    if (field->is_string() && parse(field->get<std::string>(), &value)) {
      return value;
    }
    if (field->is_number_unsigned() && field->get<uint64_t>() < 1000) {
      return static_cast<int>(field->get<uint64_t>());
    }
    FailIn(key, *field, "a small number or one of the enum's names");
    return 0;
  }

  void FailIn(const char* key, const Json& found, const char* expected) {
    path_.push_back(key);
    Fail(found, expected);
    path_.pop_back();
  }

  void Fail(const Json& found, const char* expected) {
    if (!error_.empty()) return;
    std::string where;
    for (const std::string& step : path_) {
      absl::StrAppend(&where, where.empty() ? "" : ".", step);
    }
    // The whole of a large value would bury the message.
    const std::string shown =
        found.is_structured()
            ? std::string(found.type_name())
            : CleanUtf8(
                  found.dump(-1, ' ', false, Json::error_handler_t::replace),
                  kMaxShownBytes);
    error_ = absl::StrCat(where, where.empty() ? "" : ": ", "expected ",
                          expected, ", found ", shown);
  }

  std::vector<std::string> path_;
  std::string error_;
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
