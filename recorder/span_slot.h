// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One span while it is being recorded, and until it has been exported: a
// fixed block of 512 bytes out of a SlotPool. The pool never gives its memory
// back, so a handle to a span that ended long ago may always look at the slot
// to find that out.
//
// Who may touch what:
//  - word: anyone. It holds the generation, which End() moves on, and one bit
//    that is the span's lock. A handle remembers the generation of its span;
//    locking is one compare-and-swap from "my generation, unlocked", so that
//    a handle to an ended span fails to lock and does nothing.
//  - next, depth: the SlotPool, see there.
//  - all else: whoever took the slot and has not shared it yet; then whoever
//    holds the lock; and once End() has moved the generation on, only the
//    drain thread, which gets the slot with an acquire.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_SPAN_SLOT_H_
#define WAYBILL_RECORDER_SPAN_SLOT_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/time/time.h"
#include "waybill/propagation/span_context.h"
#include "waybill/recorder/attribute.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/packed.h"
#include "waybill/recorder/span_kind.h"
#include "waybill/recorder/span_limits.h"

namespace waybill {

class SlotPool;
struct SpanTemplate;

struct alignas(64) SpanSlot {
  static constexpr size_t kBytes = 512;

  // generation * 2 + locked; zero until the slot is first taken
  std::atomic<uint64_t> word{0};
  std::atomic<uint32_t> next{0};
  uint32_t depth = 0;

  SlotPool* pool = nullptr;
  const SpanLimits* limits = nullptr;
  Clock* clock = nullptr;                       // null: the system's
  const SpanTemplate* span_template = nullptr;  // null: the name is packed
  uint64_t start_ticks = 0;
  uint64_t end_ticks = 0;
  TraceId trace_id;
  SpanId span_id;
  SpanId parent_span_id;
  // Constructed by Start() and destroyed by the drain thread, by hand, so
  // that a forked child can forget what it finds here.
  union {
    TraceState trace_state;
  };
  uint64_t keys_seen = 0;  // a bit for each key's hash: see SetAttribute()
  char* data = nullptr;    // packed entries: inline_data, or from malloc
  uint32_t data_size = 0;
  uint32_t data_capacity = 0;
  uint32_t session = 0;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
  uint32_t attributes = 0;
  uint32_t events = 0;
  uint32_t links = 0;
  uint8_t trace_flags = 0;
  SpanKind kind = SpanKind::kInternal;
  StatusCode status = StatusCode::kUnset;
  bool parent_is_remote = false;
  bool is_local_root = false;  // its end completes what this process knows
  // Times that were given are kept as they were, in nanoseconds since 1970:
  // they may be far from now, where an error in the clock's rate would count.
  bool start_is_unix = false;
  bool end_is_unix = false;

  static constexpr size_t kHeaderBytes = 176;
  alignas(8) char inline_data[kBytes - kHeaderBytes];

  SpanSlot() {}   // NOLINT: not "= default", because of the union
  ~SpanSlot() {}  // NOLINT

  uint64_t generation() const {
    return word.load(std::memory_order_relaxed) >> 1;
  }

  // False if the span of that generation has ended. Spins while another
  // thread holds the lock, which it does for one copy of an attribute.
  bool Lock(uint64_t generation) {
    uint64_t seen = generation << 1;
    if (__builtin_expect(word.compare_exchange_strong(
                             seen, seen | 1, std::memory_order_acquire,
                             std::memory_order_relaxed),
                         1)) {
      return true;
    }
    return seen >> 1 == generation && LockContended(generation);
  }
  void Unlock(uint64_t generation) {
    word.store(generation << 1, std::memory_order_release);
  }

  // Makes ready for a new span. By the thread that took the slot.
  void Reset(const TraceState& state) {
    new (&trace_state) TraceState(state);
    span_template = nullptr;
    keys_seen = 0;
    data = inline_data;
    data_size = 0;
    data_capacity = sizeof(inline_data);
    dropped_attributes = dropped_events = dropped_links = 0;
    attributes = events = links = 0;
    status = StatusCode::kUnset;
    start_is_unix = end_is_unix = false;
  }

  // The name of a span that has just been reset.
  void SetFirstName(absl::string_view name) {
    if (__builtin_expect(name.size() > sizeof(inline_data) / 2, 0)) {
      SetText(EntryTag::kName, name);
      return;
    }
    char* out = PackEntry(EntryTag::kName, AttributeValue::Type::kString, {},
                          name.size(), inline_data);
    data_size =
        static_cast<uint32_t>(CopyShort(out, name.data(), name.size()) - data);
  }

  uint64_t Now() const {
    return __builtin_expect(clock == nullptr, 1) ? SpanTicks() : clock->Ticks();
  }
  // The clock's anchor of now, for times that were given.
  ClockAnchor Anchor() const;
  void SetStart(absl::Time time);
  // As the end a time that was given, or null for now, where either end of the
  // span is given. By the holder of the lock.
  void SetEnd(const absl::Time* time);

  uint64_t StartUnixNanos(const ClockAnchor& anchor) const {
    return start_is_unix ? start_ticks : anchor.ToUnixNanos(start_ticks);
  }
  uint64_t EndUnixNanos(const ClockAnchor& anchor) const {
    return end_is_unix ? end_ticks : anchor.ToUnixNanos(end_ticks);
  }

  // The rest is for the holder of the lock.

  void SetAttribute(const Attribute& attribute);
  void AddEvent(absl::string_view name, uint64_t ticks,
                absl::Span<const Attribute> attributes);
  void AddLink(const SpanContext& context,
               absl::Span<const Attribute> attributes);
  // For kName and kStatus, each of which a span has once. Text that finds no
  // room is cut to what there is: a short name tells more than none.
  void SetText(EntryTag tag, absl::string_view text);

  absl::string_view packed() const {
    return absl::string_view(data, data_size);
  }

 private:
  // Room for size more bytes, or null where the pool's memory is used up.
  char* Reserve(size_t size) {
    if (size > data_capacity - data_size) return Grow(size);
    return data + data_size;
  }
  char* Grow(size_t size);
  bool LockContended(uint64_t generation);
  void SetUncommonAttribute(const Attribute& attribute);
  bool Erase(EntryTag tag, absl::string_view key);

  struct PackedList {
    size_t bytes = 0;
    uint32_t dropped = 0;
  };
  PackedList PackAttributes(absl::Span<const Attribute> list, uint32_t limit,
                            char* out) const;
};

static_assert(sizeof(SpanSlot) == SpanSlot::kBytes, "slots fill their memory");
static_assert(offsetof(SpanSlot, inline_data) == SpanSlot::kHeaderBytes,
              "kHeaderBytes must name what stands before inline_data");

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_SLOT_H_
