// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/packed.h"

#include "waybill/recorder/span_limits.h"

namespace waybill {
namespace {

template <typename T>
void PackList(absl::Span<const T> list, char* out) {
  if (!list.empty()) memcpy(out, list.data(), list.size() * sizeof(T));
}

}  // namespace

absl::string_view CutUtf8(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

size_t PackedValueSize(const AttributeValue& value, uint32_t max_string_bytes) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
    case AttributeValue::Type::kInt:
    case AttributeValue::Type::kDouble:
      return 8;
    case AttributeValue::Type::kString:
      return CutUtf8(value.string_value(), max_string_bytes).size();
    case AttributeValue::Type::kBoolList:
      return value.bool_list().size();
    case AttributeValue::Type::kIntList:
      return value.int_list().size() * 8;
    case AttributeValue::Type::kDoubleList:
      return value.double_list().size() * 8;
    case AttributeValue::Type::kStringList: {
      size_t size = 0;
      for (absl::string_view text : value.string_list()) {
        size += 4 + CutUtf8(text, max_string_bytes).size();
      }
      return size;
    }
  }
  return 0;
}

void PackValue(const AttributeValue& value, uint32_t max_string_bytes,
               char* out) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
    case AttributeValue::Type::kInt:
    case AttributeValue::Type::kDouble: {
      const uint64_t number = value.number_bits();
      memcpy(out, &number, sizeof(number));
      return;
    }
    case AttributeValue::Type::kString: {
      const absl::string_view text =
          CutUtf8(value.string_value(), max_string_bytes);
      CopyShort(out, text.data(), text.size());
      return;
    }
    case AttributeValue::Type::kBoolList:
      PackList(value.bool_list(), out);
      return;
    case AttributeValue::Type::kIntList:
      PackList(value.int_list(), out);
      return;
    case AttributeValue::Type::kDoubleList:
      PackList(value.double_list(), out);
      return;
    case AttributeValue::Type::kStringList:
      for (absl::string_view whole : value.string_list()) {
        const absl::string_view text = CutUtf8(whole, max_string_bytes);
        const uint32_t size = static_cast<uint32_t>(text.size());
        memcpy(out, &size, 4);
        out = CopyShort(out + 4, text.data(), size);
      }
      return;
  }
}

void AppendPackedAttributes(absl::Span<const Attribute> attributes,
                            std::string* out) {
  for (const Attribute& attribute : attributes) {
    const absl::string_view key = attribute.key.text();
    const size_t size = PackedValueSize(attribute.value, SpanLimits::kNoLimit);
    const size_t start = out->size();
    out->resize(start + sizeof(EntryHeader) + key.size() + size);
    char* value = PackEntry(EntryTag::kAttribute, attribute.value.type(), key,
                            size, &(*out)[start]);
    PackValue(attribute.value, SpanLimits::kNoLimit, value);
  }
}

}  // namespace waybill
