// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span_slot.h"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "waybill/recorder/slot_pool.h"

namespace waybill {
namespace {

constexpr size_t kMaxKeyBytes = AttributeKey::kMaxBytes;
// Of one entry's value, so that sizes stay far inside 32 bits.
constexpr size_t kMaxValueBytes = size_t{1} << 30;

// One of 64 bits for a key. Equal keys have equal bits; the reverse is only
// likely, so a bit already set means: look.
inline uint64_t KeyBit(absl::string_view key) {
  const size_t size = key.size();
  const uint32_t mix =
      static_cast<uint8_t>(key[size - 1]) |
      static_cast<uint32_t>(static_cast<uint8_t>(key[size / 2])) << 8 |
      static_cast<uint32_t>(size) << 16;
  return uint64_t{1} << ((mix * 0x9e3779b1u) >> 26);
}

uint64_t UnixNanos(absl::Time time) {
  const int64_t nanos = absl::ToUnixNanos(time);
  return static_cast<uint64_t>(nanos < 0 ? 0 : nanos);
}

template <typename T>
char* PackNumber(T number, char* out) {
  memcpy(out, &number, sizeof(T));
  return out + sizeof(T);
}

// The entry of a number, or of a string of at most max_bytes, that fits between
// out and end: where it ends. Null for any other attribute.
inline char* PackCommon(const Attribute& attribute, size_t max_bytes, char* out,
                        const char* end) {
  const uint32_t key = attribute.key.header();
  const uint32_t type = attribute.value.header();
  constexpr uint32_t kString =
      AttributeValue::HeaderOf(AttributeValue::Type::kString);
  const absl::string_view key_text =
      (key & 0xff) == AttributeKey::kText ? attribute.key.text() : "";
  if ((key & 0xff) == AttributeKey::kNone || type > kString) {
    return nullptr;
  }
  const bool is_string = type == kString;
  const size_t value_size =
      is_string ? attribute.value.string_value().size() : sizeof(uint64_t);
  if ((is_string && value_size > max_bytes) ||
      sizeof(EntryHeader) + key_text.size() + value_size >
          static_cast<size_t>(end - out)) {
    return nullptr;
  }
  out = PackNumber(key | type | uint64_t{value_size} << 32, out);
  out = CopyShort(out, key_text.data(), key_text.size());
  return is_string
             ? CopyShort(out, attribute.value.string_value().data(), value_size)
             : PackNumber(attribute.value.number_bits(), out);
}

}  // namespace

bool SpanSlot::LockContended(uint64_t generation) {
  const uint64_t unlocked = generation << 1;
  for (int spins = 0;; ++spins) {
    uint64_t seen = unlocked;
    if (word.compare_exchange_weak(seen, unlocked | 1,
                                   std::memory_order_acquire,
                                   std::memory_order_relaxed)) {
      return true;
    }
    if (seen >> 1 != generation) return false;
    if (spins > 100) sched_yield();
  }
}

ClockAnchor SpanSlot::Anchor() const {
  return (settings->clock == nullptr ? SystemClock() : *settings->clock)
      .Anchor();
}

void SpanSlot::SetStart(absl::Time time) {
  start_ticks = UnixNanos(time);
  start_is_unix = true;
  starts_by_counter = false;
}

void SpanSlot::SetEnd(const absl::Time* time) {
  if (time == nullptr && !start_is_unix) return SetEndTicks(Now());
  const ClockAnchor anchor = Anchor();
  const uint64_t end = time == nullptr ? anchor.unix_nanos : UnixNanos(*time);
  // No span ends before it started.
  end_ticks = std::max(end, StartUnixNanos(anchor));
  end_is_unix = true;
}

char* SpanSlot::Grow(size_t size) {
  SlotPool* const pool = settings->pool;
  const size_t needed = data_size + size;
  const size_t capacity = std::max<size_t>(needed, data_capacity * size_t{2});
  if (capacity > std::numeric_limits<uint32_t>::max()) return nullptr;
  if (!pool->ReserveOverflow(capacity)) return nullptr;
  char* grown = static_cast<char*>(malloc(capacity));
  if (grown == nullptr) {
    pool->ReleaseOverflow(capacity);
    return nullptr;
  }
  memcpy(grown, data, data_size);
  if (data != inline_data) {
    pool->ReleaseOverflow(data_capacity);
    free(data);
  }
  data = grown;
  data_capacity = static_cast<uint32_t>(capacity);
  return data + data_size;
}

// Takes the first such entry out and closes the gap.
bool SpanSlot::Erase(EntryTag tag, absl::string_view key) {
  char* const end = data + data_size;
  char* at = data;
  Entry entry;
  for (EntryReader reader(packed()); reader.Next(&entry);) {
    const ptrdiff_t size = entry.value.data() + entry.value.size() - at;
    if (entry.header.tag == tag && entry.key == key) {
      memmove(at, at + size, end - (at + size));
      data_size -= static_cast<uint32_t>(size);
      return true;
    }
    at += size;
  }
  return false;
}

void SpanSlot::EraseEarlier() {
  const absl::string_view all = packed();
  const char* start = data;
  uint64_t seen = 0;
  data_size = 0;  // of what has been looked at, and stays
  Entry entry;
  for (EntryReader reader(all); reader.Next(&entry);) {
    const char* const end = entry.value.data() + entry.value.size();
    const size_t size = static_cast<size_t>(end - start);
    if (entry.header.tag == EntryTag::kAttribute) {
      const uint64_t bit = KeyBit(entry.key);
      if ((seen & bit) != 0 && Erase(EntryTag::kAttribute, entry.key)) {
        --attributes;
      }
      seen |= bit;
    }
    if (data + data_size != start) memmove(data + data_size, start, size);
    data_size += static_cast<uint32_t>(size);
    start = end;
  }
}

// Nearly always no key is there twice, and bits tell so: one for each id, or
// for each text. Where they do not, a careful look follows; and where there are
// keys of both kinds, of which a text may be an id's.
size_t SpanSlot::Seal() {
  size_t spelled_out = data_size;
  uint64_t ids = 0;
  uint64_t texts = 0;
  bool twice = false;
  const char* const end = data + data_size;
  for (const char* at = data; at != end;) {
    EntryHeader header;
    memcpy(&header, at, sizeof(header));
    at += sizeof(header) + header.value_size;
    if (header.tag == EntryTag::kInterned) {
      const uint64_t bit = uint64_t{1} << (header.key_size & 63);
      twice |= (ids & bit) != 0;
      ids |= bit;
      spelled_out += InternedKeyBytes(header.key_size);
      continue;
    }
    if (header.tag == EntryTag::kAttribute) {
      const uint64_t bit =
          KeyBit({at - header.value_size, size_t{header.key_size}});
      twice |= (texts & bit) != 0;
      texts |= bit;
    }
    at += header.key_size;
  }
  if (__builtin_expect(twice || (ids != 0 && texts != 0), 0)) {
    EraseEarlier();
  }
  return spelled_out;
}

// The quickest way is for lists of interned keys with numbers and short
// strings. It calls nothing, so that nothing need be saved for a call: at the
// first attribute that is different it leaves the rest to SetOtherAttributes().
void SpanSlot::SetAttributes(absl::Span<const Attribute> list,
                             uint64_t generation) {
  constexpr uint32_t kInternedString =
      AttributeKey::kInterned |
      AttributeValue::HeaderOf(AttributeValue::Type::kString);
  // The types up to kString are four, so that two bits tell them apart.
  constexpr uint32_t kTypeBits = 3u << 8;
  static_assert(kInternedString == (AttributeKey::kInterned | kTypeBits));
  constexpr uint32_t kMaxQuickEntryBytes =
      sizeof(EntryHeader) + SlotSettings::kMaxQuickBytes;
  if (!TryLock(generation)) return SetAttributesContended(list, generation);
  if (list.size() > settings->limits.attributes - attributes) {
    return SetOtherAttributes(list, generation);
  }
  // So many fit, whatever they are.
  const size_t room = (data_capacity - data_size) / kMaxQuickEntryBytes;
  const Attribute* const stop =
      list.data() + std::min<size_t>(list.size(), room);
  const size_t max_bytes = settings->max_quick_bytes;
  char* out = data + data_size;
  for (const Attribute* attribute = list.data(); attribute != stop;
       ++attribute) {
    const uint32_t header = attribute->key.header() | attribute->value.header();
    char* const value = out + sizeof(EntryHeader);
    if ((header & 0xffff) == kInternedString) {
      const absl::string_view text = attribute->value.string_value();
      if (text.size() > max_bytes) {
        return SetRest(list, attribute, out, generation);
      }
      PackNumber(header | uint64_t{text.size()} << 32, out);
      out = CopyUpTo32(value, text.data(), text.size());
    } else {
      if ((header & 0xffff & ~kTypeBits) != AttributeKey::kInterned) {
        return SetRest(list, attribute, out, generation);
      }
      PackNumber(header | uint64_t{sizeof(uint64_t)} << 32, out);
      out = PackNumber(attribute->value.number_bits(), value);
    }
  }
  if (stop != list.data() + list.size()) {
    return SetRest(list, stop, out, generation);
  }
  attributes += static_cast<uint32_t>(list.size());
  data_size = static_cast<uint32_t>(out - data);
  Unlock(generation);
}

void SpanSlot::SetRest(absl::Span<const Attribute> list, const Attribute* rest,
                       const char* end, uint64_t generation) {
  const size_t done = static_cast<size_t>(rest - list.data());
  attributes += static_cast<uint32_t>(done);
  data_size = static_cast<uint32_t>(end - data);
  SetOtherAttributes(list.subspan(done), generation);
}

void SpanSlot::SetAttributesContended(absl::Span<const Attribute> list,
                                      uint64_t generation) {
  if (Lock(generation)) SetOtherAttributes(list, generation);
}

void SpanSlot::SetOtherAttributes(absl::Span<const Attribute> list,
                                  uint64_t generation) {
  const SpanLimits& limits = settings->limits;
  for (const Attribute& attribute : list) {
    char* const packed =
        attributes < limits.attributes
            ? PackCommon(attribute, limits.attribute_value_bytes,
                         data + data_size, data + data_capacity)
            : nullptr;
    if (packed == nullptr) {
      SetUncommonAttribute(attribute);
    } else {
      data_size = static_cast<uint32_t>(packed - data);
      ++attributes;
    }
  }
  Unlock(generation);
}

void SpanSlot::SetUncommonAttribute(const Attribute& attribute) {
  const absl::string_view key = attribute.key.text();
  const SpanLimits& limits = settings->limits;
  const size_t value_size =
      PackedValueSize(attribute.value, limits.attribute_value_bytes);
  if (key.empty() || key.size() > kMaxKeyBytes || value_size > kMaxValueBytes) {
    ++dropped_attributes;
    return;
  }
  const size_t size = sizeof(EntryHeader) + key.size() + value_size;
  // Room is made first where attributes were set again.
  if (attributes >= limits.attributes || size > data_capacity - data_size) {
    Seal();
    if (Erase(EntryTag::kAttribute, key)) --attributes;
  }
  char* out = attributes < limits.attributes ? Reserve(size) : nullptr;
  if (out == nullptr) {
    ++dropped_attributes;
    return;
  }
  out = PackEntry(EntryTag::kAttribute, attribute.value.type(), key, value_size,
                  out);
  PackValue(attribute.value, limits.attribute_value_bytes, out);
  data_size += static_cast<uint32_t>(size);
  ++attributes;
}

// Writes attributes to out; with out null it only measures. Those of an event
// or a link are few and come in one call: a key twice is left to the reader.
SpanSlot::PackedList SpanSlot::PackAttributes(absl::Span<const Attribute> list,
                                              uint32_t limit, char* out) const {
  const uint32_t max_bytes = settings->limits.attribute_value_bytes;
  PackedList packed;
  uint32_t kept = 0;
  for (const Attribute& attribute : list) {
    const absl::string_view key = attribute.key.text();
    const size_t value_size = PackedValueSize(attribute.value, max_bytes);
    if (kept == limit || key.empty() || key.size() > kMaxKeyBytes ||
        value_size > kMaxValueBytes) {
      ++packed.dropped;
      continue;
    }
    ++kept;
    packed.bytes += sizeof(EntryHeader) + key.size() + value_size;
    if (out == nullptr) continue;
    out = PackEntry(EntryTag::kAttribute, attribute.value.type(), key,
                    value_size, out);
    PackValue(attribute.value, max_bytes, out);
    out += value_size;
  }
  return packed;
}

void SpanSlot::AddEvent(absl::string_view name, uint64_t ticks,
                        absl::Span<const Attribute> list) {
  name = CutUtf8(name, kMaxKeyBytes);
  const uint32_t limit = settings->limits.attributes_per_event;
  const PackedList measured = PackAttributes(list, limit, nullptr);
  const size_t value_size = kPackedEventBytes + measured.bytes;
  const size_t size = sizeof(EntryHeader) + name.size() + value_size;
  const bool fits = events < settings->limits.events && size <= kMaxValueBytes;
  char* out = fits ? Reserve(size) : nullptr;
  if (out == nullptr) {
    ++dropped_events;
    return;
  }
  out = PackEntry(EntryTag::kEvent, AttributeValue::Type::kString, name,
                  value_size, out);
  out = PackNumber(ticks, out);
  out = PackNumber(measured.dropped, out);
  PackAttributes(list, limit, out);
  data_size += static_cast<uint32_t>(size);
  ++events;
}

void SpanSlot::AddLink(const SpanContext& context,
                       absl::Span<const Attribute> list) {
  const absl::string_view state = context.trace_state().ToString();
  const uint32_t limit = settings->limits.attributes_per_link;
  const PackedList measured = PackAttributes(list, limit, nullptr);
  const size_t value_size = kPackedLinkBytes + state.size() + measured.bytes;
  const size_t size = sizeof(EntryHeader) + value_size;
  const bool fits = links < settings->limits.links && size <= kMaxValueBytes;
  char* out = fits ? Reserve(size) : nullptr;
  if (out == nullptr) {
    ++dropped_links;
    return;
  }
  out = PackEntry(EntryTag::kLink, AttributeValue::Type::kString, {},
                  value_size, out);
  context.trace_id().WriteBytes(out);
  context.span_id().WriteBytes(out + TraceId::kBytes);
  out += TraceId::kBytes + SpanId::kBytes;
  out = PackNumber<uint32_t>(context.trace_flags(), out);
  out = PackNumber(measured.dropped, out);
  out = PackNumber(static_cast<uint32_t>(state.size()), out);
  out = CopyShort(out, state.data(), state.size());
  PackAttributes(list, limit, out);
  data_size += static_cast<uint32_t>(size);
  ++links;
}

void SpanSlot::SetText(EntryTag tag, absl::string_view text) {
  Erase(tag, "");
  text = CutUtf8(text, kMaxValueBytes);
  if (Reserve(sizeof(EntryHeader) + text.size()) == nullptr) {
    const size_t room = data_capacity - data_size;
    text = CutUtf8(text, room - std::min(room, sizeof(EntryHeader)));
  }
  if (text.empty()) return;
  char* out = PackEntry(tag, AttributeValue::Type::kString, {}, text.size(),
                        data + data_size);
  CopyShort(out, text.data(), text.size());
  data_size += static_cast<uint32_t>(sizeof(EntryHeader) + text.size());
}

}  // namespace waybill
