// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// JSON, written from front to back, with the commas in the right places.
//
//   waybill::JsonWriter json(&out);
//   json.BeginObject();
//   json.Key("name").String(untrusted);
//   json.Key("sizes").BeginArray();
//   json.Number(1).Number(2);
//   json.EndArray();
//   json.EndObject();                  // {"name":"...","sizes":[1,2]}
//
// Source: RFC 8259. Strings become valid UTF-8 (utf8.h) and have control
// characters escaped. That objects get keys and that all is closed is for the
// caller to see to. Not thread-safe.
#ifndef WAYBILL_EXPORTERS_JSON_WRITER_H_
#define WAYBILL_EXPORTERS_JSON_WRITER_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(out) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }

  // key is not escaped: it is one that the caller chose.
  JsonWriter& Key(absl::string_view key);

  JsonWriter& String(absl::string_view untrusted);
  JsonWriter& Bool(bool value);
  JsonWriter& Number(uint64_t value);
  // The shortest form that reads back as value. What is not finite becomes a
  // string, as protobuf has it.
  JsonWriter& Double(double value);
  // As strings: readers that keep numbers as doubles would round them.
  JsonWriter& Int64(int64_t value);
  JsonWriter& Uint64(uint64_t value);

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  // A comma, unless what comes is the first in its list or has a key.
  void Separate();

  std::string* const out_;
  std::string scratch_;
  bool needs_comma_ = false;
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_JSON_WRITER_H_
