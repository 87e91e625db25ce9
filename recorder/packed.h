// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The bytes that a span's attributes, events and links are packed into while
// it is recorded, and the reader for them.
//
// An entry is a header of 8 bytes, the key, and the value:
//
//   0        1           2          4            8
//   | tag    | type      | key size | value size | key ... | value ... |
//
// Entries follow each other without padding. By tag:
//   kAttribute  key = its key; type says what value holds: a bool is a number,
//               numbers are 8 bytes, a string is itself, a list of numbers is
//               them in a row, of booleans with a byte for each, a list of
//               strings is {4-byte size, bytes} in a row
//   kInterned   the same, of an interned key: its id is where the key's size
//               would be, and no key follows
//   kEvent      key = its name; value = {8-byte ticks, 4-byte count of dropped
//               attributes}, then attribute entries
//   kLink       no key; value = {16-byte trace id, 8-byte span id, 4-byte
//               flags, 4-byte count of dropped attributes, 4-byte size of the
//               trace state, the trace state}, then attribute entries
//   kName       value = the span's name
//   kStatus     value = the status message
// Numbers are in the machine's own order: nothing else ever reads them.
//
// Internal to this folder and to exporters that encode spans in one go; others
// read a span through SpanView.
#ifndef WAYBILL_RECORDER_PACKED_H_
#define WAYBILL_RECORDER_PACKED_H_

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "waybill/recorder/attribute.h"
#include "waybill/recorder/attribute_key.h"

namespace waybill {

enum class EntryTag : uint8_t {
  kAttribute = AttributeKey::kText,
  kInterned = AttributeKey::kInterned,
  kEvent,
  kLink,
  kName,
  kStatus,
};

struct EntryHeader {
  EntryTag tag;
  AttributeValue::Type type;
  uint16_t key_size;
  uint32_t value_size;
};
static_assert(sizeof(EntryHeader) == 8, "entries are written as one word");
// An attribute's header is put together from what its key and its value have
// ready, as one word.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the parts of EntryHeader are shifted into a word");

// One entry, where it lies. An attribute has kAttribute's header, in whichever
// way its key is there.
struct Entry {
  EntryHeader header;
  bool interned;
  absl::string_view key;
  absl::string_view value;
};

// Walks over entries:  for (EntryReader r(bytes); r.Next(&entry);) ...
class EntryReader {
 public:
  explicit EntryReader(absl::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool Next(Entry* entry) {
    if (at_ == end_) return false;
    memcpy(&entry->header, at_, sizeof(EntryHeader));
    at_ += sizeof(EntryHeader);
    entry->interned = entry->header.tag == EntryTag::kInterned;
    if (entry->interned) {
      entry->key = InternedKeyText(entry->header.key_size);
      entry->header.tag = EntryTag::kAttribute;
      entry->header.key_size = static_cast<uint16_t>(entry->key.size());
    } else {
      entry->key = absl::string_view(at_, entry->header.key_size);
      at_ += entry->header.key_size;
    }
    entry->value = absl::string_view(at_, entry->header.value_size);
    at_ += entry->header.value_size;
    return true;
  }

 private:
  const char* at_;
  const char* end_;
};

// A number at the front of bytes.
template <typename T>
T ReadPacked(absl::string_view bytes, size_t offset = 0) {
  T value;
  memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

inline constexpr size_t kPackedEventBytes = 8 + 4;
inline constexpr size_t kPackedLinkBytes = 16 + 8 + 4 + 4 + 4;

// The bytes of value once packed, with strings cut to max_string_bytes.
size_t PackedValueSize(const AttributeValue& value, uint32_t max_string_bytes);

// Writes them to out, which has room.
void PackValue(const AttributeValue& value, uint32_t max_string_bytes,
               char* out);

// text cut to at most max_bytes, in front of a UTF-8 character and not inside
// of one.
absl::string_view CutUtf8(absl::string_view text, size_t max_bytes);

// Of at most 32 bytes, without a call.
[[gnu::always_inline]] inline char* CopyUpTo32(char* out, const char* in,
                                               size_t size) {
  if (size >= 8) {
    if (size <= 16) {
      uint64_t a;
      uint64_t b;
      memcpy(&a, in, 8);
      memcpy(&b, in + size - 8, 8);
      memcpy(out, &a, 8);
      memcpy(out + size - 8, &b, 8);
    } else {
      uint64_t a[2];
      uint64_t b[2];
      memcpy(a, in, 16);
      memcpy(b, in + size - 16, 16);
      memcpy(out, a, 16);
      memcpy(out + size - 16, b, 16);
    }
  } else if (size >= 4) {
    uint32_t a;
    uint32_t b;
    memcpy(&a, in, 4);
    memcpy(&b, in + size - 4, 4);
    memcpy(out, &a, 4);
    memcpy(out + size - 4, &b, 4);
  } else if (size > 0) {
    // One, two or three bytes: first, middle and last cover them all.
    const char first = in[0];
    const char middle = in[size / 2];
    const char last = in[size - 1];
    out[0] = first;
    out[size / 2] = middle;
    out[size - 1] = last;
  }
  return out + size;
}

// Of any size: attributes are mostly shorter than 32 bytes.
[[gnu::always_inline]] inline char* CopyShort(char* out, const char* in,
                                              size_t size) {
  if (__builtin_expect(size <= 32, 1)) return CopyUpTo32(out, in, size);
  memcpy(out, in, size);
  return out + size;
}

// Writes an entry's header and key, and returns where its value goes.
[[gnu::always_inline]] inline char* PackEntry(EntryTag tag,
                                              AttributeValue::Type type,
                                              absl::string_view key,
                                              size_t value_size, char* out) {
  const EntryHeader header = {tag, type, static_cast<uint16_t>(key.size()),
                              static_cast<uint32_t>(value_size)};
  memcpy(out, &header, sizeof(header));
  return CopyShort(out + sizeof(header), key.data(), key.size());
}

// Attribute entries for attributes, whole.
void AppendPackedAttributes(absl::Span<const Attribute> attributes,
                            std::string* out);

}  // namespace waybill

#endif  // WAYBILL_RECORDER_PACKED_H_
