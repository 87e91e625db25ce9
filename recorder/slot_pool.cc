// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/slot_pool.h"

#include <errno.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

// Defined where the program runs under LeakSanitizer, which looks for pointers
// in the heap, but not in memory that was mapped: what only a slot points to
// would be a leak to it.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier): the names are LeakSanitizer's.
__attribute__((weak)) void __lsan_register_root_region(const void*, size_t);
__attribute__((weak)) void __lsan_unregister_root_region(const void*, size_t);
// NOLINTEND(bugprone-reserved-identifier)
}

namespace waybill {
namespace {

// now, as it was before plus what the 32-bit count has moved on since.
uint64_t Widen(uint64_t before, uint32_t now) {
  return before + static_cast<uint32_t>(now - static_cast<uint32_t>(before));
}

// The same, of a count that others move on meanwhile. What it was before must
// be read first: read later, it may be the greater one, and the difference
// would look like a turn of the 32 bits.
uint64_t WidenNow(const std::atomic<uint64_t>& count_before,
                  const std::atomic<uint64_t>& head) {
  const uint64_t before = count_before.load();
  return Widen(before, static_cast<uint32_t>(head.load() >> 32));
}

// One less than the power of two that is not above an eighth of slots.
uint32_t LowMask(uint32_t slots) {
  uint32_t step = 1;
  while (step * 2 <= slots / 8) step *= 2;
  return step - 1;
}

void* MapSlots(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  if (__lsan_register_root_region != nullptr) {
    __lsan_register_root_region(memory, bytes);
  }
  return memory;
}

}  // namespace

SlotPool::SlotPool(size_t bytes, uint32_t shards)
    : memory_bytes_(std::max(bytes, kMinBytes)),
      shard_mask_(shards - 1),
      shard_slots_(static_cast<uint32_t>(std::max<size_t>(
          memory_bytes_ / 4 * 3 / SpanSlot::kBytes / shards, 1))),
      low_mask_(LowMask(shard_slots_)),
      slots_(static_cast<SpanSlot*>(
          MapSlots(size_t{shards} * shard_slots_ * SpanSlot::kBytes))),
      shards_(new Shard[shards]),
      overflow_left_(static_cast<int64_t>(memory_bytes_ / 4)) {
  // Without memory every Take() finds its shard used up.
  if (slots_ == nullptr) {
    for (uint32_t i = 0; i < shards; ++i) shards_[i].fresh = shard_slots_;
  }
  sem_init(&wake_up_, 0, 0);
}

SlotPool::~SlotPool() {
  sem_destroy(&wake_up_);
  delete[] shards_;
  if (slots_ == nullptr) return;
  const size_t bytes = capacity() * SpanSlot::kBytes;
  if (__lsan_unregister_root_region != nullptr) {
    __lsan_unregister_root_region(slots_, bytes);
  }
  munmap(slots_, bytes);
}

// From its own shard's untouched slots, then from other shards.
SpanSlot* SlotPool::TakeSlowly(uint32_t own) {
  const uint64_t releases = releases_.load(std::memory_order_acquire);
  SpanSlot* slot = TakeFresh(&shards_[own], own);
  for (uint32_t i = 1; slot == nullptr && i <= shard_mask_; ++i) {
    const uint32_t number = (own + i) & shard_mask_;
    slot = TakeFree(&shards_[number]);
    if (slot == nullptr) {
      slot = TakeFresh(&shards_[number], number);
    } else if (slot->wakes) {
      WakeDrain(Wake::kNow);
    }
  }
  if (__builtin_expect(slot == nullptr, 0)) {
    CountNoFreeSlot(own);
    full_since_.store(releases, std::memory_order_relaxed);
    WakeDrain(Wake::kNow);
  }
  return slot;
}

// The first time round, slots come in order from the untouched memory.
SpanSlot* SlotPool::TakeFresh(Shard* shard, uint32_t number) {
  uint32_t fresh = shard->fresh.load(std::memory_order_relaxed);
  do {
    if (fresh >= shard_slots_) return nullptr;
  } while (!shard->fresh.compare_exchange_weak(fresh, fresh + 1,
                                               std::memory_order_relaxed));
  if (IsLow(shard_slots_ - 1 - fresh)) WakeDrain(Wake::kNow);
  SpanSlot* slot = &slots_[size_t{number} * shard_slots_ + fresh];
  // All else in it is zero, as a new slot has it. In a forked child a handle of
  // the parent's may look at the word meanwhile.
  slot->word.store(first_generation_ << 1, std::memory_order_relaxed);
  return slot;
}

void SlotPool::Collect(std::vector<SpanSlot*>* slots) {
  for (uint32_t i = 0; i <= shard_mask_; ++i) {
    Shard& shard = shards_[i];
    uint64_t head = shard.finished.load(std::memory_order_relaxed);
    while (!shard.finished.compare_exchange_weak(head, Head(Count(head), kNone),
                                                 std::memory_order_seq_cst,
                                                 std::memory_order_relaxed)) {
    }
    const size_t first = slots->size();
    for (uint32_t number = Top(head); number != kNone;) {
      slots->push_back(&slots_[number]);
      number = slots_[number].next.load(std::memory_order_relaxed);
    }
    std::reverse(slots->begin() + static_cast<ptrdiff_t>(first), slots->end());
    shard.finished_before = Widen(
        shard.finished_before.load(std::memory_order_relaxed), Count(head));
    shard.taken_before = WidenNow(shard.taken_before, shard.free);
  }
}

SlotPool::Counts SlotPool::Discard() {
  std::vector<SpanSlot*> slots;
  Collect(&slots);
  for (SpanSlot* slot : slots) Release(slot);
  ReleasedSome();
  Counts total = counts();
  total.finished = 0;
  for (uint32_t i = 0; i <= shard_mask_; ++i) {
    total.finished += shards_[i].finished_before.load();
  }
  return total;
}

void SlotPool::Release(SpanSlot* slot) {
  slot->trace_state.~TraceState();
  if (slot->data != slot->inline_data) {
    free(slot->data);
    ReleaseOverflow(slot->data_capacity);
  }
  const uint32_t number = static_cast<uint32_t>(slot - slots_);
  Shard& shard = shards_[number / shard_slots_];
  uint64_t head = shard.free.load(std::memory_order_relaxed);
  do {
    const uint32_t top = Top(head);
    slot->next.store(top, std::memory_order_relaxed);
    // Sound while this is the only thread that pushes: what lies under a slot
    // can only leave after it.
    slot->depth = top == kNone ? 0 : slots_[top].depth + 1;
    slot->ahead = top;
    for (int i = 1; i < kPrefetchAhead && slot->ahead != kNone; ++i) {
      slot->ahead = slots_[slot->ahead].next.load(std::memory_order_relaxed);
    }
    // Those that were never used are only taken when there is no such slot.
    slot->wakes = IsLow(slot->depth + shard_slots_ - shard.fresh.load());
  } while (!shard.free.compare_exchange_weak(head, Head(Count(head), number),
                                             std::memory_order_release,
                                             std::memory_order_relaxed));
}

SlotPool::Counts SlotPool::counts() const {
  Counts total;
  // A span may finish in another shard than it came from: all that finished is
  // read before all that was taken, so that none finishes untaken.
  for (uint32_t i = 0; i <= shard_mask_; ++i) {
    const Shard& shard = shards_[i];
    total.finished += WidenNow(shard.finished_before, shard.finished);
  }
  for (uint32_t i = 0; i <= shard_mask_; ++i) {
    const Shard& shard = shards_[i];
    total.no_free_slot += shard.no_free_slot.load(std::memory_order_relaxed);
    total.not_sampled += shard.not_sampled.load(std::memory_order_relaxed);
    total.taken += WidenNow(shard.taken_before, shard.free);
    if (slots_ != nullptr) total.taken += shard.fresh.load();
  }
  return total;
}

bool SlotPool::ReserveOverflow(size_t bytes) {
  const int64_t wanted = static_cast<int64_t>(bytes);
  if (overflow_left_.fetch_sub(wanted, std::memory_order_relaxed) >= wanted) {
    return true;
  }
  overflow_left_.fetch_add(wanted, std::memory_order_relaxed);
  return false;
}

void SlotPool::ReleaseOverflow(size_t bytes) {
  overflow_left_.fetch_add(static_cast<int64_t>(bytes),
                           std::memory_order_relaxed);
}

void SlotPool::WakeDrainSlow(Wake wake) {
  int seen = wake_.load(std::memory_order_relaxed);
  while (seen < static_cast<int>(wake)) {
    if (wake_.compare_exchange_weak(seen, static_cast<int>(wake),
                                    std::memory_order_relaxed)) {
      sem_post(&wake_up_);
      Starter* starter = starter_.exchange(nullptr);
      if (starter != nullptr) starter->StartDrain();
      return;
    }
  }
}

void SlotPool::WaitForWake(Wake at_least, uint64_t until_monotonic_nanos) {
  timespec until;
  until.tv_sec = static_cast<time_t>(until_monotonic_nanos / 1000000000u);
  until.tv_nsec = static_cast<long>(until_monotonic_nanos % 1000000000u);
  while (wake_.load(std::memory_order_relaxed) < static_cast<int>(at_least)) {
    if (sem_clockwait(&wake_up_, CLOCK_MONOTONIC, &until) != 0 &&
        errno == ETIMEDOUT) {
      return;
    }
  }
}

void SlotPool::ResetAfterFork() {
  // Forgets the pages instead of writing to them, which would copy each.
  const size_t bytes = capacity() * SpanSlot::kBytes;
  if (slots_ != nullptr && madvise(slots_, bytes, MADV_DONTNEED) != 0) {
    memset(static_cast<void*>(slots_), 0, bytes);
  }
  first_generation_ += kGenerationsPerProcess;
  for (uint32_t i = 0; i <= shard_mask_; ++i) {
    Shard& shard = shards_[i];
    shard.fresh = slots_ != nullptr ? 0 : shard_slots_;
    shard.free = kNone;
    shard.finished = kNone;
    shard.no_free_slot = 0;
    shard.not_sampled = 0;
    shard.finished_before = 0;
    shard.taken_before = 0;
  }
  overflow_left_ = static_cast<int64_t>(memory_bytes_ / 4);
  full_since_ = 0;
  wake_ = 0;
  starter_ = nullptr;
  sem_init(&wake_up_, 0, 0);
}

}  // namespace waybill
