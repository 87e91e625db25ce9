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

void SpanRef::SetAttribute(absl::string_view key, AttributeValue value) const {
  if (LockedSlot slot{slot_, generation_}) slot->SetAttribute({key, value});
}

void SpanRef::SetAttributes(absl::Span<const Attribute> attributes) const {
  if (LockedSlot slot{slot_, generation_}) {
    for (const Attribute& attribute : attributes) slot->SetAttribute(attribute);
  }
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

// Leaves slot_ alone, so that other threads may use this object meanwhile; the
// generation says that the span has ended.
void Span::EndOnce(const absl::Time* time) {
  SpanSlot* const slot = slot_;
  if (!IsRecording() || !slot->Lock(generation_)) return;
  if (__builtin_expect(time != nullptr || slot->start_is_unix, 0)) {
    slot->SetEnd(time);
  } else {
    // No span ends before it started. The difference is what counts, since a
    // clock of a test's may wrap around.
    const uint64_t ticks = slot->Now();
    const bool backwards = static_cast<int64_t>(ticks - slot->start_ticks) < 0;
    slot->end_ticks = backwards ? slot->start_ticks : ticks;
  }
  SlotPool* const pool = slot->pool;
  const bool is_local_root = slot->is_local_root;
  slot->Unlock(generation_ + 1);
  pool->Finish(slot, ThreadState::Get().shard());
  if (is_local_root) pool->WakeDrain(SlotPool::Wake::kSoon);
}

}  // namespace waybill
