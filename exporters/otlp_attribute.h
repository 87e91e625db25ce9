// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Attributes as OTLP's KeyValue messages, straight from the bytes that a span
// was recorded in.
//
// Source: opentelemetry-proto, common/v1/common.proto: KeyValue {key = 1,
// value = 2}; AnyValue {string_value = 1, bool_value = 2, int_value = 3,
// double_value = 4, array_value = 5}.
//
//   waybill::OtlpAttributeWriter writer;
//   waybill::EntryReader reader = span.entries();
//   waybill::Entry other;
//   while (writer.PutRun(/*field=*/9, &reader, &other, &out)) {
//     ... other is an event, a link, a name or a status ...
//   }
//
// Needs room for MaxBytes(size of the entries). Keeps its scratch memory from
// one attribute to the next, and allocates only where text has to be repaired
// (see utf8.h). Not thread-safe.
#ifndef WAYBILL_EXPORTERS_OTLP_ATTRIBUTE_H_
#define WAYBILL_EXPORTERS_OTLP_ATTRIBUTE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "waybill/recorder/packed.h"

namespace waybill {

class OtlpAttributeWriter {
 public:
  // The most that packed bytes of attributes, events, links and texts become.
  // The worst are lists of booleans, which grow from one byte to four, and
  // text of which each byte becomes a U+FFFD. The eight bytes of an entry's
  // header, four times, are room for all tags and lengths.
  static constexpr size_t MaxBytes(size_t packed_bytes) {
    return 4 * packed_bytes;
  }

  // Fields are below 16.

  // Attributes, up to the first entry that is none: true, and it is in *other;
  // or up to the end.
  bool PutRun(uint32_t field, EntryReader* reader, Entry* other, char** out);
  // The same, where there are only attributes.
  char* PutAll(uint32_t field, absl::string_view packed, char* out) {
    EntryReader reader(packed);
    Entry other;
    while (PutRun(field, &reader, &other, &out)) continue;
    return out;
  }

  char* PutString(uint32_t field, absl::string_view key,
                  absl::string_view value, char* out);
  char* PutInt(uint32_t field, absl::string_view key, uint64_t value,
               char* out);

  // A field of text that may have to be repaired; nothing for an empty one.
  char* PutText(uint32_t field, absl::string_view text, char* out);

 private:
  // An attribute of any kind and size.
  char* PutAny(uint32_t field, Entry entry, char* out);
  char* PutList(uint32_t field, const Entry& entry, absl::string_view key,
                char* out);
  char* PutElements(const Entry& entry, char* out);

  std::string key_scratch_;
  std::string value_scratch_;
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_ATTRIBUTE_H_
