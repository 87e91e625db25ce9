// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Reads the fields of JSON objects as protobuf's JSON mapping has them, and
// keeps track of where it is, so that a mistake can be told by its place.
//
//   waybill::JsonFields fields;
//   fields.Objects(json, "spans", [&](const nlohmann::json& span) {
//     names.push_back(fields.Text(span, "name"));
//   });
//   return fields.status();    // "spans[3].name: expected text, found 5"
//
// Keys are given in camelCase; snake_case is found, too. A field that is not
// there, or null, reads as zero or empty. The first mistake is kept, and after
// it every field reads as one that is not there.
//
// Not thread-safe.
#ifndef WAYBILL_VIEWER_JSON_FIELDS_H_
#define WAYBILL_VIEWER_JSON_FIELDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace waybill {

class JsonFields {
 public:
  // The first mistake, as InvalidArgument.
  absl::Status status() const;

  // Null where it is not there.
  const nlohmann::json* Field(const nlohmann::json& json,
                              const char* key) const;

  // Calls read with the object, or with each object of the array, if there.
  void Object(const nlohmann::json& json, const char* key,
              absl::FunctionRef<void(const nlohmann::json&)> read);
  void Objects(const nlohmann::json& json, const char* key,
               absl::FunctionRef<void(const nlohmann::json&)> read);

  std::string Text(const nlohmann::json& json, const char* key);
  bool Bool(const nlohmann::json& json, const char* key);
  // The bytes that hexadecimal digits, or base64, stand for.
  std::string Hex(const nlohmann::json& json, const char* key);
  std::string Base64(const nlohmann::json& json, const char* key);
  // Whole numbers, as numbers or as text.
  uint64_t Unsigned64(const nlohmann::json& json, const char* key);
  int64_t Signed64(const nlohmann::json& json, const char* key);
  uint32_t Unsigned32(const nlohmann::json& json, const char* key);
  double Double(const nlohmann::json& json, const char* key);
  // A number below 1000, or a name that parse knows.
  int Enum(const nlohmann::json& json, const char* key,
           absl::FunctionRef<bool(const std::string&, int*)> parse);

  // For mistakes that the caller finds: expected what was expected, in words.
  void Fail(const nlohmann::json& found, const char* expected);

 private:
  template <typename Number>
  Number Whole(const nlohmann::json& json, const char* key,
               const char* expected);
  void FailIn(const char* key, const nlohmann::json& found,
              const char* expected);

  std::vector<std::string> path_;
  std::string error_;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_JSON_FIELDS_H_
