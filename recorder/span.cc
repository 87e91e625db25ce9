// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span.h"

#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/span_slot.h"
#include "waybill/recorder/thread_state.h"

namespace waybill {
namespace {

// Holds the lock of a span that has not ended; empty otherwise.
class LockedSlot {
 public:
  LockedSlot(SpanSlot* slot, uint64_t generation)
      : slot_(slot != nullptr && slot->Lock(generation) ? slot : nullptr),
        generation_(generation) {}
  ~LockedSlot() {
    if (slot_ != nullptr) slot_->Unlock(generation_);
  }
  LockedSlot(const LockedSlot&) = delete;
  LockedSlot& operator=(const LockedSlot&) = delete;

  explicit operator bool() const { return slot_ != nullptr; }
  SpanSlot* operator->() const { return slot_; }

 private:
  SpanSlot* const slot_;
  const uint64_t generation_;
};

}  // namespace

bool SpanRef::IsRecording() const {
  return slot_ != nullptr && slot_->generation() == generation_;
}

void SpanRef::SetAttribute(AttributeKey key, AttributeValue value) const {
  const Attribute attribute = {key, value};
  SetAttributes(absl::MakeConstSpan(&attribute, 1));
}

void SpanRef::SetAttributes(absl::Span<const Attribute> attributes) const {
  if (slot_ != nullptr) slot_->SetAttributes(attributes, generation_);
}

void SpanRef::AddEvent(absl::string_view name,
                       std::initializer_list<Attribute> attributes) const {
  if (LockedSlot slot{slot_, generation_}) {
    slot->AddEvent(name, slot->Now(), attributes);
  }
}

void SpanRef::AddLink(const SpanContext& context,
                      std::initializer_list<Attribute> attributes) const {
  if (LockedSlot slot{slot_, generation_}) slot->AddLink(context, attributes);
}

void SpanRef::SetError(absl::string_view description) const {
  if (LockedSlot slot{slot_, generation_}) {
    if (slot->status == StatusCode::kOk) return;
    slot->status = StatusCode::kError;
    slot->SetText(EntryTag::kStatus, description);
  }
}

void SpanRef::SetOk() const {
  if (LockedSlot slot{slot_, generation_}) {
    slot->status = StatusCode::kOk;
    slot->SetText(EntryTag::kStatus, {});
  }
}

void SpanRef::UpdateName(absl::string_view name) const {
  if (LockedSlot slot{slot_, generation_}) {
    slot->SetText(EntryTag::kName, name);
  }
}

void Span::End() { EndOnce(nullptr); }

void Span::EndAt(absl::Time time) { EndOnce(&time); }

namespace {

// To the drain thread, once it has its end.
[[gnu::always_inline]] inline void Finish(SpanSlot* slot) {
  SlotPool* const pool = slot->settings->pool;
  const bool is_local_root = slot->is_local_root;
  pool->Finish(slot, ThreadState::shard_of_this_thread());
  if (is_local_root) pool->WakeDrain(SlotPool::Wake::kSoon);
}

[[gnu::noinline]] void FinishSlowly(SpanSlot* slot, const absl::Time* time) {
  slot->SetEnd(time);
  Finish(slot);
}

[[gnu::noinline]] void EndSlowly(SpanSlot* slot, uint64_t generation,
                                 const absl::Time* time) {
  if (slot->End(generation)) FinishSlowly(slot, time);
}

}  // namespace

// Leaves slot_ alone, so that other threads may use this object meanwhile; the
// generation says that the span has ended. The usual way is without a call, so
// that nothing need be saved for one.
void Span::EndOnce(const absl::Time* time) {
  SpanSlot* const slot = slot_;
  if (slot == nullptr) return;
  if (__builtin_expect(!slot->TryEnd(generation_), 0)) {
    // Mostly because it has ended before: a Span that goes out of scope.
    if (slot->generation() != generation_) return;
    return EndSlowly(slot, generation_, time);
  }
  if (__builtin_expect(time != nullptr || !slot->starts_by_counter, 0)) {
    return FinishSlowly(slot, time);
  }
  slot->SetEndByCounter();
  Finish(slot);
}

}  // namespace waybill
