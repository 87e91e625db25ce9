// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/json_fields.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "waybill/viewer/from_hex.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxShownBytes = 40;

std::string SnakeCase(absl::string_view camel_case) {
  std::string snake;
  for (char c : camel_case) {
    if (absl::ascii_isupper(c)) snake.push_back('_');
    snake.push_back(absl::ascii_tolower(c));
  }
  return snake;
}

}  // namespace

absl::Status JsonFields::status() const {
  return error_.empty() ? absl::OkStatus() : absl::InvalidArgumentError(error_);
}

const Json* JsonFields::Field(const Json& json, const char* key) const {
  if (!error_.empty()) return nullptr;
  auto found = json.find(key);
  if (found == json.end()) found = json.find(SnakeCase(key));
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

void JsonFields::Object(const Json& json, const char* key,
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

void JsonFields::Objects(const Json& json, const char* key,
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

std::string JsonFields::Text(const Json& json, const char* key) {
  const Json* field = Field(json, key);
  if (field == nullptr) return std::string();
  if (field->is_string()) return field->get<std::string>();
  FailIn(key, *field, "text");
  return std::string();
}

std::string JsonFields::Hex(const Json& json, const char* key) {
  absl::optional<std::string> bytes = BytesFromHex(Text(json, key));
  if (bytes.has_value()) return *std::move(bytes);
  if (const Json* field = Field(json, key)) {
    FailIn(key, *field, "an even number of hexadecimal digits");
  }
  return std::string();
}

bool JsonFields::Bool(const Json& json, const char* key) {
  const Json* field = Field(json, key);
  if (field == nullptr) return false;
  if (field->is_boolean()) return field->get<bool>();
  FailIn(key, *field, "true or false");
  return false;
}

std::string JsonFields::Base64(const Json& json, const char* key) {
  std::string bytes;
  if (absl::Base64Unescape(Text(json, key), &bytes)) return bytes;
  if (const Json* field = Field(json, key)) FailIn(key, *field, "base64");
  return std::string();
}

template <typename Number>
Number JsonFields::Whole(const Json& json, const char* key,
                         const char* expected) {
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
    const double past = static_cast<double>(std::numeric_limits<Number>::max());
    const double least =
        static_cast<double>(std::numeric_limits<Number>::min());
    if (value >= least && value < past && value == std::floor(value)) {
      return static_cast<Number>(value);
    }
  }
  FailIn(key, *field, expected);
  return 0;
}

uint64_t JsonFields::Unsigned64(const Json& json, const char* key) {
  return Whole<uint64_t>(json, key, "a whole number of 64 bits, not negative");
}

int64_t JsonFields::Signed64(const Json& json, const char* key) {
  return Whole<int64_t>(json, key, "a whole number of 64 bits");
}

uint32_t JsonFields::Unsigned32(const Json& json, const char* key) {
  return Whole<uint32_t>(json, key, "a whole number of 32 bits, not negative");
}

double JsonFields::Double(const Json& json, const char* key) {
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

int JsonFields::Enum(const Json& json, const char* key,
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

void JsonFields::FailIn(const char* key, const Json& found,
                        const char* expected) {
  path_.push_back(key);
  Fail(found, expected);
  path_.pop_back();
}

void JsonFields::Fail(const Json& found, const char* expected) {
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
  error_ = absl::StrCat(where, where.empty() ? "" : ": ", "expected ", expected,
                        ", found ", shown);
}

}  // namespace waybill
