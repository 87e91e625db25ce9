// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_attribute.h"

#include "waybill/exporters/proto_wire.h"
#include "waybill/exporters/utf8.h"

namespace waybill {
namespace {

// Fields of AnyValue.
constexpr uint32_t kStringValue = 1;
constexpr uint32_t kBoolValue = 2;
constexpr uint32_t kIntValue = 3;
constexpr uint32_t kDoubleValue = 4;
constexpr uint32_t kArrayValue = 5;

size_t BytesFieldSize(size_t size) { return 1 + VarintSize(size) + size; }

// A KeyValue up to its AnyValue, which has any_size bytes and comes next.
inline char* PutKey(uint32_t field, absl::string_view key, size_t any_size,
                    char* out) {
  const size_t size =
      BytesFieldSize(key.size()) + 1 + VarintSize(any_size) + any_size;
  out = PutTag(field, WireType::kBytes, out);
  out = PutVarint(size, out);
  out = PutBytes(1, key, out);
  out = PutTag(2, WireType::kBytes, out);
  return PutVarint(any_size, out);
}

inline char* PutStringAttribute(uint32_t field, absl::string_view key,
                                absl::string_view value, char* out) {
  out = PutKey(field, key, BytesFieldSize(value.size()), out);
  return PutBytes(kStringValue, value, out);
}

inline char* PutIntAttribute(uint32_t field, absl::string_view key,
                             uint64_t value, char* out) {
  out = PutKey(field, key, 1 + VarintSize(value), out);
  return PutUint(kIntValue, value, out);
}

}  // namespace

char* OtlpAttributeWriter::PutString(uint32_t field, absl::string_view key,
                                     absl::string_view value, char* out) {
  return PutStringAttribute(field, ToValidUtf8(key, &key_scratch_),
                            ToValidUtf8(value, &value_scratch_), out);
}

char* OtlpAttributeWriter::PutInt(uint32_t field, absl::string_view key,
                                  uint64_t value, char* out) {
  return PutIntAttribute(field, ToValidUtf8(key, &key_scratch_), value, out);
}

char* OtlpAttributeWriter::PutText(uint32_t field, absl::string_view text,
                                   char* out) {
  if (text.empty()) return out;
  return PutBytes(field, ToValidUtf8(text, &value_scratch_), out);
}

char* OtlpAttributeWriter::PutAll(uint32_t field, absl::string_view packed,
                                  char* out) {
  Entry entry;
  for (EntryReader reader(packed); reader.Next(&entry);) {
    out = Put(field, entry, out);
  }
  return out;
}

char* OtlpAttributeWriter::Put(uint32_t field, const Entry& entry, char* out) {
  absl::string_view key = entry.key;
  if (entry.header.type == AttributeValue::Type::kString) {
    // Key and value lie in a row: one look at both.
    if (IsAscii(key.data(), key.size() + entry.value.size())) {
      return PutStringAttribute(field, key, entry.value, out);
    }
    return PutString(field, key, entry.value, out);
  }
  if (!IsAscii(key.data(), key.size())) key = ToValidUtf8(key, &key_scratch_);
  switch (entry.header.type) {
    case AttributeValue::Type::kInt:
      return PutIntAttribute(field, key, ReadPacked<uint64_t>(entry.value),
                             out);
    case AttributeValue::Type::kBool:
      out = PutKey(field, key, 2, out);
      return PutUint(kBoolValue, entry.value[0] != 0, out);
    case AttributeValue::Type::kDouble:
      out = PutKey(field, key, 9, out);
      return PutFixed64(kDoubleValue, ReadPacked<uint64_t>(entry.value), out);
    default:
      return PutList(field, entry, key, out);
  }
}

char* OtlpAttributeWriter::PutList(uint32_t field, const Entry& entry,
                                   absl::string_view key, char* out) {
  out = PutTag(field, WireType::kBytes, out);
  char* const key_value = out++;
  out = PutBytes(1, key, out);
  out = PutTag(2, WireType::kBytes, out);
  char* const any_value = out++;
  out = PutTag(kArrayValue, WireType::kBytes, out);
  char* const array = out++;
  out = CloseLength(array, 1, PutElements(entry, out));
  out = CloseLength(any_value, 1, out);
  return CloseLength(key_value, 1, out);
}

// Each is an AnyValue, field 1 of ArrayValue.
char* OtlpAttributeWriter::PutElements(const Entry& entry, char* out) {
  const absl::string_view list = entry.value;
  const auto start = [](size_t size, char* at) {
    return PutVarint(size, PutTag(1, WireType::kBytes, at));
  };
  switch (entry.header.type) {
    case AttributeValue::Type::kBoolList:
      for (const char value : list) {
        out = PutUint(kBoolValue, value != 0, start(2, out));
      }
      return out;
    case AttributeValue::Type::kIntList:
      for (size_t at = 0; at < list.size(); at += 8) {
        const uint64_t value = ReadPacked<uint64_t>(list, at);
        out = PutUint(kIntValue, value, start(1 + VarintSize(value), out));
      }
      return out;
    case AttributeValue::Type::kDoubleList:
      for (size_t at = 0; at < list.size(); at += 8) {
        out = PutFixed64(kDoubleValue, ReadPacked<uint64_t>(list, at),
                         start(9, out));
      }
      return out;
    case AttributeValue::Type::kStringList:
      for (size_t at = 0; at < list.size();) {
        const uint32_t size = ReadPacked<uint32_t>(list, at);
        const absl::string_view value =
            ToValidUtf8(list.substr(at + 4, size), &value_scratch_);
        out = PutBytes(kStringValue, value,
                       start(BytesFieldSize(value.size()), out));
        at += 4 + size;
      }
      return out;
    default:
      return out;
  }
}

}  // namespace waybill
