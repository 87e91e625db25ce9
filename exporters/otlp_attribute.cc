// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_attribute.h"

#include "waybill/exporters/proto_wire.h"
#include "waybill/propagation/utf8.h"

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
char* PutKey(uint32_t field, absl::string_view key, size_t any_size,
             char* out) {
  const size_t size =
      BytesFieldSize(key.size()) + 1 + VarintSize(any_size) + any_size;
  out = PutTag(field, WireType::kBytes, out);
  out = PutVarint(size, out);
  out = PutBytes(1, key, out);
  out = PutTag(2, WireType::kBytes, out);
  return PutVarint(any_size, out);
}

// Where key and AnyValue are at most this large, together, each length in a
// KeyValue is one byte.
constexpr size_t kMaxShort = 0x7f - 4;

// PutKey() for those: two words around the key.
inline char* PutShortKey(uint32_t field, absl::string_view key, size_t any_size,
                         char* out) {
  const size_t size = 2 + key.size() + 2 + any_size;
  out = PutLowBytes<4>(
      (field << 3 | 2) | size << 8 | 0x0a << 16 | key.size() << 24, out);
  out = CopyShort(out, key.data(), key.size());
  return PutLowBytes<2>(0x12 | any_size << 8, out);
}

// An interned key is ASCII. Any other lies in front of its value: one look at
// both.
inline bool IsShortAscii(const Entry& entry) {
  return entry.interned
             ? IsAscii(entry.value.data(), entry.value.size())
             : IsAscii(entry.key.data(), entry.key.size() + entry.value.size());
}

// A short attribute of ASCII that is a string or a number, as nearly all are;
// null for any other.
inline char* PutShort(uint32_t field, const Entry& entry, char* out) {
  const absl::string_view key = entry.key;
  if (entry.header.type == AttributeValue::Type::kString) {
    const absl::string_view value = entry.value;
    if (key.size() + value.size() + 2 > kMaxShort || !IsShortAscii(entry)) {
      return nullptr;
    }
    out = PutShortKey(field, key, 2 + value.size(), out);
    out = PutLowBytes<2>(0x0a | value.size() << 8, out);
    return CopyShort(out, value.data(), value.size());
  }
  if (entry.header.type != AttributeValue::Type::kInt ||
      key.size() + 1 + kMaxVarintBytes > kMaxShort ||
      !(entry.interned || IsAscii(key.data(), key.size()))) {
    return nullptr;
  }
  const uint64_t value = ReadPacked<uint64_t>(entry.value);
  out = PutShortKey(field, key, 1 + VarintSize(value), out);
  return PutUint(kIntValue, value, out);
}

}  // namespace

char* OtlpAttributeWriter::PutString(uint32_t field, absl::string_view key,
                                     absl::string_view value, char* out) {
  key = ToValidUtf8(key, &key_scratch_);
  value = ToValidUtf8(value, &value_scratch_);
  out = PutKey(field, key, BytesFieldSize(value.size()), out);
  return PutBytes(kStringValue, value, out);
}

char* OtlpAttributeWriter::PutInt(uint32_t field, absl::string_view key,
                                  uint64_t value, char* out) {
  key = ToValidUtf8(key, &key_scratch_);
  out = PutKey(field, key, 1 + VarintSize(value), out);
  return PutUint(kIntValue, value, out);
}

char* OtlpAttributeWriter::PutText(uint32_t field, absl::string_view text,
                                   char* out) {
  if (text.empty()) return out;
  return PutBytes(field, ToValidUtf8(text, &value_scratch_), out);
}

// The hot loop: everything short is inlined into it, and works on copies that
// stay in registers.
[[gnu::flatten]] bool OtlpAttributeWriter::PutRun(uint32_t field,
                                                  EntryReader* reader,
                                                  Entry* other, char** out) {
  EntryReader at = *reader;
  char* to = *out;
  Entry entry;
  bool more;
  while ((more = at.Next(&entry)) && entry.header.tag == EntryTag::kAttribute) {
    char* const end = PutShort(field, entry, to);
    to = end != nullptr ? end : PutAny(field, entry, to);
  }
  *reader = at;
  *out = to;
  *other = entry;
  return more;
}

[[gnu::noinline]] char* OtlpAttributeWriter::PutAny(uint32_t field, Entry entry,
                                                    char* out) {
  const absl::string_view key = ToValidUtf8(entry.key, &key_scratch_);
  switch (entry.header.type) {
    case AttributeValue::Type::kString:
      return PutString(field, key, entry.value, out);
    case AttributeValue::Type::kInt:
      return PutInt(field, key, ReadPacked<uint64_t>(entry.value), out);
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
