// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/attribute_text.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

using opentelemetry::proto::common::v1::AnyValue;
using opentelemetry::proto::common::v1::KeyValue;

constexpr int kMaxDepth = 8;

void AppendQuoted(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (char c : text.substr(0, kMaxTextBytes)) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

// Stops soon after out has grown past kMaxTextBytes: the caller cuts it there.
void AppendValue(const AnyValue& value, int depth, std::string* out) {
  if (depth > kMaxDepth) {
    out->append("…");
    return;
  }
  const char* separator = "";
  switch (value.value_case()) {
    case AnyValue::kStringValue:
      // Quoted only where it is a part of something.
      if (depth == 0) {
        out->append(value.string_value(), 0, kMaxTextBytes + 1);
      } else {
        AppendQuoted(value.string_value(), out);
      }
      break;
    case AnyValue::kBoolValue:
      out->append(value.bool_value() ? "true" : "false");
      break;
    case AnyValue::kIntValue:
      absl::StrAppend(out, value.int_value());
      break;
    case AnyValue::kDoubleValue:
      absl::StrAppend(out, value.double_value());
      break;
    case AnyValue::kBytesValue:
      out->append(absl::BytesToHexString(
          absl::string_view(value.bytes_value()).substr(0, kMaxTextBytes)));
      break;
    case AnyValue::kArrayValue:
      out->push_back('[');
      for (const AnyValue& item : value.array_value().values()) {
        if (out->size() > kMaxTextBytes) break;
        out->append(separator);
        AppendValue(item, depth + 1, out);
        separator = ", ";
      }
      out->push_back(']');
      break;
    case AnyValue::kKvlistValue:
      out->push_back('{');
      for (const KeyValue& item : value.kvlist_value().values()) {
        if (out->size() > kMaxTextBytes) break;
        out->append(separator);
        AppendQuoted(item.key(), out);
        out->append(": ");
        AppendValue(item.value(), depth + 1, out);
        separator = ", ";
      }
      out->push_back('}');
      break;
    case AnyValue::VALUE_NOT_SET:
      break;
  }
}

ValueType TypeOf(const AnyValue& value) {
  switch (value.value_case()) {
    case AnyValue::kStringValue:
      return ValueType::kText;
    case AnyValue::kBoolValue:
      return ValueType::kBool;
    case AnyValue::kIntValue:
      return ValueType::kInt;
    case AnyValue::kDoubleValue:
      return ValueType::kDouble;
    case AnyValue::kBytesValue:
      return ValueType::kBytes;
    case AnyValue::kArrayValue:
      return ValueType::kArray;
    case AnyValue::kKvlistValue:
      return ValueType::kMap;
    case AnyValue::VALUE_NOT_SET:
      return ValueType::kEmpty;
  }
  return ValueType::kEmpty;
}

}  // namespace

ViewAttribute ReadAttribute(const KeyValue& attribute) {
  std::string text;
  AppendValue(attribute.value(), 0, &text);
  return {CleanUtf8(attribute.key(), kMaxTextBytes),
          CleanUtf8(text, kMaxTextBytes), TypeOf(attribute.value())};
}

std::vector<ViewAttribute> ReadAttributes(
    const google::protobuf::RepeatedPtrField<KeyValue>& attributes) {
  std::vector<ViewAttribute> read;
  for (const KeyValue& attribute : attributes) {
    if (read.size() == kMaxShown) break;
    read.push_back(ReadAttribute(attribute));
  }
  return read;
}

}  // namespace waybill
