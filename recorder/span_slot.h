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
//  - next, depth, ahead, wakes: the SlotPool, see there.
//  - all else: whoever took the slot and has not shared it yet; then whoever
//    holds the lock; and once End() has moved the generation on, only the
//    drain thread, which gets the slot with an acquire.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_SPAN_SLOT_H_
#define WAYBILL_RECORDER_SPAN_SLOT_H_

#include <algorithm>
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

// What all spans of one tracer have in common.
struct SlotSettings {
  static constexpr uint32_t kMaxQuickBytes = 32;

  SlotSettings(SlotPool* its_pool, Clock* its_clock, uint32_t its_session,
               const SpanLimits& its_limits)
      : pool(its_pool),
        clock(its_clock),
        session(its_session),
        limits(its_limits),
        max_quick_bytes(
            std::min(limits.attribute_value_bytes, kMaxQuickBytes)) {}

  // Whether spans take their times from the processor's counter.
  bool ReadsCounter() const {
    return clock == nullptr && SpanTicksAreCounter();
  }

  SlotPool* const pool;
  Clock* const clock;  // null: the system's
  const uint32_t session;
  const SpanLimits limits;
  // Strings of up to this size are copied without a look at the limits.
  const uint32_t max_quick_bytes;
};

struct alignas(64) SpanSlot {
  static constexpr size_t kBytes = 512;

  // generation * 2 + locked; zero until the slot is first taken
  std::atomic<uint64_t> word{0};
  std::atomic<uint32_t> next{0};
  // Written by the drain thread as it releases the slot: how many free ones lie
  // under it, one of them, and whether its taking wakes the drain thread.
  uint32_t depth = 0;
  uint32_t ahead = 0;
  bool wakes = false;

  const SlotSettings* settings = nullptr;
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
  char* data = nullptr;  // packed entries: inline_data, or from malloc
  uint32_t data_capacity = 0;
  // From here on zero in a span that starts: see Reset().
  uint32_t data_size = 0;
  uint32_t attributes = 0;  // those that were set again included: see Seal()
  uint32_t events = 0;
  uint32_t links = 0;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
  StatusCode status = StatusCode::kUnset;
  // Times that were given are kept as they were, in nanoseconds since 1970:
  // they may be far from now, where an error in the clock's rate would count.
  bool start_is_unix = false;
  bool end_is_unix = false;
  // Up to here.
  // start_ticks were read from the processor's counter, and so will be the end.
  bool starts_by_counter = false;
  uint8_t trace_flags = 0;
  SpanKind kind = SpanKind::kInternal;
  bool parent_is_remote = false;
  bool is_local_root = false;  // its end completes what this process knows

  static constexpr size_t kHeaderBytes = 144;
  alignas(8) char inline_data[kBytes - kHeaderBytes];

  SpanSlot() {}   // NOLINT: not "= default", because of the union
  ~SpanSlot() {}  // NOLINT

  uint64_t generation() const {
    return word.load(std::memory_order_relaxed) >> 1;
  }

  // False if the span of that generation has ended. Spins while another
  // thread holds the lock, which it does for one copy of an attribute.
  bool Lock(uint64_t generation) {
    return __builtin_expect(TryLock(generation), 1) ||
           (this->generation() == generation && LockContended(generation));
  }
  bool TryLock(uint64_t generation) {
    uint64_t seen = generation << 1;
    return word.compare_exchange_strong(
        seen, seen | 1, std::memory_order_acquire, std::memory_order_relaxed);
  }
  void Unlock(uint64_t generation) {
    word.store(generation << 1, std::memory_order_release);
  }

  // Makes ready for a new span. By the thread that took the slot.
  void Reset(const SlotSettings& its, const TraceState& state) {
    settings = &its;
    new (&trace_state) TraceState(state);
    data = inline_data;
    data_capacity = sizeof(inline_data);
    memset(
        static_cast<void*>(&data_size), 0,
        offsetof(SpanSlot, starts_by_counter) - offsetof(SpanSlot, data_size));
  }

  // Moves the generation on, so that the caller is the last one to touch this
  // span before the drain thread. False if it has ended, or another thread
  // holds its lock, for which End() waits.
  bool TryEnd(uint64_t generation) {
    uint64_t seen = generation << 1;
    return word.compare_exchange_strong(seen, (generation + 1) << 1,
                                        std::memory_order_acq_rel,
                                        std::memory_order_relaxed);
  }
  // False if it has ended.
  bool End(uint64_t generation) {
    if (!Lock(generation)) return false;
    Unlock(generation + 1);
    return true;
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

  // By the clock that the settings name.
  uint64_t Now() const {
    return __builtin_expect(settings->clock == nullptr, 1)
               ? SpanTicks()
               : settings->clock->Ticks();
  }
  // By whoever ended the span, with null for now.
  void SetEnd(const absl::Time* time);
  // The same for now, where starts_by_counter.
  void SetEndByCounter() { SetEndTicks(ReadCounter()); }

  // The clock's anchor of now, for times that were given.
  ClockAnchor Anchor() const;
  void SetStart(absl::Time time);
  void SetStartNow() {
    starts_by_counter = settings->ReadsCounter();
    start_ticks = starts_by_counter ? ReadCounter() : Now();
  }
  // The same where the settings say so.
  void SetStartByCounter() {
    starts_by_counter = true;
    start_ticks = ReadCounter();
  }
  uint64_t StartUnixNanos(const ClockAnchor& anchor) const {
    return start_is_unix ? start_ticks : anchor.ToUnixNanos(start_ticks);
  }
  uint64_t EndUnixNanos(const ClockAnchor& anchor) const {
    return end_is_unix ? end_ticks : anchor.ToUnixNanos(end_ticks);
  }

  // Nothing if the span of that generation has ended.
  void SetAttributes(absl::Span<const Attribute> list, uint64_t generation);

  // The rest is for the holder of the lock.

  void AddEvent(absl::string_view name, uint64_t ticks,
                absl::Span<const Attribute> attributes);
  void AddLink(const SpanContext& context,
               absl::Span<const Attribute> attributes);
  // For kName and kStatus, each of which a span has once. Text that finds no
  // room is cut to what there is: a short name tells more than none.
  void SetText(EntryTag tag, absl::string_view text);

  // Makes the span ready to be read: of attributes with the same key the last
  // one stays. Returns at least the size of packed() with all keys spelled out.
  size_t Seal();

  absl::string_view packed() const {
    return absl::string_view(data, data_size);
  }

 private:
  // Room for size more bytes, or null where the pool's memory is used up.
  char* Reserve(size_t size) {
    if (size > data_capacity - data_size) return Grow(size);
    return data + data_size;
  }
  // No span ends before it started. The difference is what counts, since a
  // clock of a test's may wrap around.
  void SetEndTicks(uint64_t ticks) {
    const bool backwards = static_cast<int64_t>(ticks - start_ticks) < 0;
    end_ticks = backwards ? start_ticks : ticks;
  }
  char* Grow(size_t size);
  bool LockContended(uint64_t generation);
  [[gnu::noinline]] void SetAttributesContended(
      absl::Span<const Attribute> list, uint64_t generation);
  // By the holder of the lock, which these let go.
  [[gnu::noinline]] void SetRest(absl::Span<const Attribute> list,
                                 const Attribute* rest, const char* end,
                                 uint64_t generation);
  [[gnu::noinline]] void SetOtherAttributes(absl::Span<const Attribute> list,
                                            uint64_t generation);
  void SetUncommonAttribute(const Attribute& attribute);
  bool Erase(EntryTag tag, absl::string_view key);
  void EraseEarlier();

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
