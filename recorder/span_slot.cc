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

constexpr size_t kMaxKeyBytes = std::numeric_limits<uint16_t>::max();
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
  return (clock == nullptr ? SystemClock() : *clock).Anchor();
}

void SpanSlot::SetStart(absl::Time time) {
  start_ticks = UnixNanos(time);
  start_is_unix = true;
}

void SpanSlot::SetEnd(const absl::Time* time) {
  const ClockAnchor anchor = Anchor();
  const uint64_t end = time == nullptr ? anchor.unix_nanos : UnixNanos(*time);
  // No span ends before it started.
  end_ticks = std::max(end, StartUnixNanos(anchor));
  end_is_unix = true;
}

char* SpanSlot::Grow(size_t size) {
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

// Takes an entry out and closes the gap, so that a span whose attribute is
// set over and over does not grow.
bool SpanSlot::Erase(EntryTag tag, absl::string_view key) {
  char* const end = data + data_size;
  for (char* at = data; at != end;) {
    EntryHeader header;
    memcpy(&header, at, sizeof(header));
    char* const following =
        at + sizeof(header) + header.key_size + header.value_size;
    if (header.tag == tag && header.key_size == key.size() &&
        memcmp(at + sizeof(header), key.data(), key.size()) == 0) {
      memmove(at, following, end - following);
      data_size -= static_cast<uint32_t>(following - at);
      return true;
    }
    at = following;
  }
  return false;
}

// The way that almost every attribute goes: a number or a short string, under
// a key that is not there yet, with room in the slot.
void SpanSlot::SetAttribute(const Attribute& attribute) {
  const absl::string_view key = attribute.key;
  const AttributeValue& value = attribute.value;
  const bool is_string = value.type() == AttributeValue::Type::kString;
  const absl::string_view text = is_string ? value.string_value() : "";
  const size_t value_size = is_string ? text.size() : sizeof(int64_t);
  const size_t size = sizeof(EntryHeader) + key.size() + value_size;
  if (__builtin_expect(
          (!is_string && value.type() != AttributeValue::Type::kInt) ||
              key.empty() || size > data_capacity - data_size ||
              text.size() > limits->attribute_value_bytes ||
              attributes >= limits->attributes,
          0)) {
    SetUncommonAttribute(attribute);
    return;
  }
  const uint64_t bit = KeyBit(key);
  if ((keys_seen & bit) != 0 && Erase(EntryTag::kAttribute, key)) --attributes;
  keys_seen |= bit;
  char* const out = PackEntry(EntryTag::kAttribute, value.type(), key,
                              value_size, data + data_size);
  if (is_string) {
    CopyShort(out, text.data(), text.size());
  } else {
    PackNumber(value.int_value(), out);
  }
  data_size += static_cast<uint32_t>(size);
  ++attributes;
}

void SpanSlot::SetUncommonAttribute(const Attribute& attribute) {
  const absl::string_view key = attribute.key;
  const uint32_t max_bytes = limits->attribute_value_bytes;
  const size_t value_size = PackedValueSize(attribute.value, max_bytes);
  if (key.empty() || key.size() > kMaxKeyBytes || value_size > kMaxValueBytes) {
    ++dropped_attributes;
    return;
  }
  const uint64_t bit = KeyBit(key);
  if ((keys_seen & bit) != 0 && Erase(EntryTag::kAttribute, key)) --attributes;
  const size_t size = sizeof(EntryHeader) + key.size() + value_size;
  char* out = attributes < limits->attributes ? Reserve(size) : nullptr;
  if (out == nullptr) {
    ++dropped_attributes;
    return;
  }
  keys_seen |= bit;
  out = PackEntry(EntryTag::kAttribute, attribute.value.type(), key, value_size,
                  out);
  PackValue(attribute.value, max_bytes, out);
  data_size += static_cast<uint32_t>(size);
  ++attributes;
}

// Writes attributes to out; with out null it only measures. Those of an event
// or a link are few and come in one call: a key twice is left to the reader.
SpanSlot::PackedList SpanSlot::PackAttributes(absl::Span<const Attribute> list,
                                              uint32_t limit, char* out) const {
  const uint32_t max_bytes = limits->attribute_value_bytes;
  PackedList packed;
  uint32_t kept = 0;
  for (const Attribute& attribute : list) {
    const size_t value_size = PackedValueSize(attribute.value, max_bytes);
    if (kept == limit || attribute.key.empty() ||
        attribute.key.size() > kMaxKeyBytes || value_size > kMaxValueBytes) {
      ++packed.dropped;
      continue;
    }
    ++kept;
    packed.bytes += sizeof(EntryHeader) + attribute.key.size() + value_size;
    if (out == nullptr) continue;
    out = PackEntry(EntryTag::kAttribute, attribute.value.type(), attribute.key,
                    value_size, out);
    PackValue(attribute.value, max_bytes, out);
    out += value_size;
  }
  return packed;
}

void SpanSlot::AddEvent(absl::string_view name, uint64_t ticks,
                        absl::Span<const Attribute> list) {
  name = CutUtf8(name, kMaxKeyBytes);
  const uint32_t limit = limits->attributes_per_event;
  const PackedList measured = PackAttributes(list, limit, nullptr);
  const size_t value_size = kPackedEventBytes + measured.bytes;
  const size_t size = sizeof(EntryHeader) + name.size() + value_size;
  const bool fits = events < limits->events && size <= kMaxValueBytes;
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
  const uint32_t limit = limits->attributes_per_link;
  const PackedList measured = PackAttributes(list, limit, nullptr);
  const size_t value_size = kPackedLinkBytes + state.size() + measured.bytes;
  const size_t size = sizeof(EntryHeader) + value_size;
  const bool fits = links < limits->links && size <= kMaxValueBytes;
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
