// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/json_writer.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "waybill/propagation/utf8.h"

namespace waybill {

void JsonWriter::Separate() {
  if (needs_comma_) out_->push_back(',');
  needs_comma_ = true;
}

JsonWriter& JsonWriter::Begin(char bracket) {
  Separate();
  out_->push_back(bracket);
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  out_->push_back(bracket);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(absl::string_view key) {
  Separate();
  absl::StrAppend(out_, "\"", key, "\":");
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(absl::string_view untrusted) {
  Separate();
  out_->push_back('"');
  for (const char c : ToValidUtf8(untrusted, &scratch_)) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if (byte == '"' || byte == '\\') {
      out_->push_back('\\');
      out_->push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppend(out_, "\\u", absl::Hex(byte, absl::kZeroPad4));
    } else {
      out_->push_back(c);
    }
  }
  out_->push_back('"');
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  absl::StrAppend(out_, value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Number(uint64_t value) {
  Separate();
  absl::StrAppend(out_, value);
  return *this;
}

JsonWriter& JsonWriter::Double(double value) {
  if (std::isnan(value)) return String("NaN");
  if (std::isinf(value)) return String(value > 0 ? "Infinity" : "-Infinity");
  Separate();
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), value);
  out_->append(text, end.ptr);
  return *this;
}

JsonWriter& JsonWriter::Int64(int64_t value) {
  Separate();
  absl::StrAppend(out_, "\"", value, "\"");
  return *this;
}

JsonWriter& JsonWriter::Uint64(uint64_t value) {
  Separate();
  absl::StrAppend(out_, "\"", value, "\"");
  return *this;
}

}  // namespace waybill
