// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The recorder's memory: all the slots that spans are recorded in, and the two
// ways that a slot goes, from free to a starting span, and from an ended span
// to the drain thread.
//
//                 Take()                    Finish()
//     free list ----------> open span ------------------> finished list
//         ^                                                   |
//         |        Release()           Collect()              |
//         +-------------------- drain thread <----------------+
//
// The memory is fixed: mapped once, touched as it is first needed, never grown
// and never unmapped. When no slot is free, Take() answers null, counts the
// span as dropped, and that is all: the spans that are open or finished stay,
// and nobody waits. (The alternative, to overwrite the oldest finished span,
// would cost each lost span as much as a kept one, and would let a span that
// had begun well still be lost.)
//
// Shards. The slots are divided among a few shards, and a thread works with
// that of the processor that it runs on (ThreadState::shard), so that threads
// which run at a time write to different cache lines. A thread that finds its
// shard empty takes from the others. There is no registration: a thread that
// ends leaves nothing behind. A shard that is half empty wakes the drain
// thread, and again each time that it has lost another eighth: not at each
// span, since the other half may be open for long.
//
// Memory ordering. Both lists are Treiber stacks of slot numbers. Their heads
// carry, beside the number of the top slot, a count of all takes (free list)
// or all finishes (finished list): it makes the compare-and-swap safe against
// a slot that left and came back, and it is the statistic at the same time, so
// that counting costs nothing. Pushing is a release, taking an acquire: who
// gets a slot sees all that its last owner wrote. SpanSlot::next is atomic
// because a taker may read it while another one wins the slot; its own
// compare-and-swap then fails. Finish() and the wake flag are sequentially
// consistent: either the drain thread, which clears the flag and then
// collects, sees the finished span, or its finisher sees the flag clear.
//
// Thread-safety: Take, Finish, the counters and the overflow budget are for
// any thread and never wait; Collect and Release are for one thread at a time.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_SLOT_POOL_H_
#define WAYBILL_RECORDER_SLOT_POOL_H_

#include <semaphore.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/recorder/span_slot.h"

namespace waybill {

class SlotPool {
 public:
  static constexpr size_t kMinBytes = 64 * 1024;

  struct Counts {
    uint64_t taken = 0;
    uint64_t finished = 0;
    uint64_t no_free_slot = 0;
    uint64_t not_sampled = 0;
  };

  // How urgently the drain thread is wanted.
  enum class Wake : int { kNo = 0, kSoon = 1, kNow = 2 };

  // Three quarters of bytes are slots; the last quarter is the budget for
  // spans that need more than a slot, which alone use malloc. shards is a
  // power of two.
  SlotPool(size_t bytes, uint32_t shards);
  // For tests: recorders never destroy a pool, since a Span may outlive them.
  ~SlotPool();
  SlotPool(const SlotPool&) = delete;
  SlotPool& operator=(const SlotPool&) = delete;

  // Null, and counted, where no slot is free.
  SpanSlot* Take(uint32_t shard_hint) {
    SpanSlot* const slot = TakeQuickly(shard_hint);
    if (slot != nullptr) {
      if (slot->wakes) WakeDrain(Wake::kNow);
      return slot;
    }
    if (IsFull()) {
      CountNoFreeSlot(shard_hint);
      return nullptr;
    }
    return TakeSlowly(shard_hint & shard_mask_);
  }

  // Take() in parts that call nothing. This one may be null though there is
  // room, and where the slot `wakes`, the caller is to WakeDrain(kNow).
  SpanSlot* TakeQuickly(uint32_t shard_hint) {
    return TakeFree(&ShardFor(shard_hint));
  }

  // Whether Take() would answer null. There may be no room though this does not
  // know it.
  bool IsFull() const {
    return full_since_.load(std::memory_order_relaxed) ==
           releases_.load(std::memory_order_relaxed);
  }
  // Instead of a Take() of a pool that is full.
  void CountNoFreeSlot(uint32_t shard_hint) {
    ShardFor(shard_hint).no_free_slot.fetch_add(1, std::memory_order_relaxed);
  }

  void Finish(SpanSlot* slot, uint32_t shard_hint) {
    Shard& shard = ShardFor(shard_hint);
    const uint32_t number = static_cast<uint32_t>(slot - slots_);
    uint64_t head = shard.finished.load(std::memory_order_relaxed);
    do {
      slot->next.store(Top(head), std::memory_order_relaxed);
    } while (!shard.finished.compare_exchange_weak(
        head, Head(Count(head) + 1, number), std::memory_order_seq_cst,
        std::memory_order_relaxed));
  }

  void CountNotSampled(uint32_t shard_hint) {
    ShardFor(shard_hint).not_sampled.fetch_add(1, std::memory_order_relaxed);
  }

  // Appends every finished slot to *slots, each shard's in the order in which
  // they finished. Does not allocate while *slots has capacity() room.
  void Collect(std::vector<SpanSlot*>* slots);
  // Gives a collected slot, and what its span held, back. ReleasedSome() tells
  // the takers, after one or many.
  void Release(SpanSlot* slot);
  void ReleasedSome() { releases_.fetch_add(1, std::memory_order_release); }
  // Frees what finished since the last Collect(), unseen. Answers the counts up
  // to here; each span that finishes from now on comes with a later Collect().
  Counts Discard();

  Counts counts() const;
  size_t capacity() const { return size_t{shard_mask_ + 1} * shard_slots_; }
  size_t memory_bytes() const { return memory_bytes_; }

  bool ReserveOverflow(size_t bytes);
  void ReleaseOverflow(size_t bytes);

  // Asks the drain thread to come; a second call before it came is free.
  void WakeDrain(Wake wake) {
    if (__builtin_expect(wake_.load() < static_cast<int>(wake), 0)) {
      WakeDrainSlow(wake);
    }
  }
  // WakeDrain(kNow), async-signal-safe. False where the thread would have to be
  // started first.
  bool WakeFromSignalHandler() {
    if (starter_.load() != nullptr) return false;
    WakeDrain(Wake::kNow);
    return true;
  }
  // Waits until somebody wants the drain thread at least that much, or the
  // time (CLOCK_MONOTONIC) has come. Resets nothing.
  void WaitForWake(Wake at_least, uint64_t until_monotonic_nanos);
  void ClearWake() { wake_.store(0); }

  // Called once, by whoever next wakes the drain thread: a forked child starts
  // its own no sooner.
  class Starter {
   public:
    virtual ~Starter() = default;
    virtual void StartDrain() = 0;
  };
  void SetStarter(Starter* starter) { starter_.store(starter); }

  // In a forked child, before anything else of this pool is used there: all
  // spans in it belong to the parent, so that every slot is as new and every
  // handle stale. The child has one thread; locks and lists may be in any
  // state that another thread of the parent left them in.
  void ResetAfterFork();

  // Which of the recorders that have used this pool, one after another, spans
  // are recorded for.
  std::atomic<uint32_t> session{0};

 private:
  static constexpr uint32_t kNone = 0xffffffff;
  // How many slots ahead a taker has the memory fetched.
  static constexpr int kPrefetchAhead = 4;
  // More than any slot has spans; there is room for 2^22 forks in a row.
  static constexpr uint64_t kGenerationsPerProcess = uint64_t{1} << 40;

  struct alignas(64) Shard {
    // count << 32 | number of the top slot
    std::atomic<uint64_t> free{kNone};
    std::atomic<uint64_t> finished{kNone};
    std::atomic<uint32_t> fresh{0};  // slots from here on were never used
    std::atomic<uint64_t> no_free_slot{0};
    std::atomic<uint64_t> not_sampled{0};
    // The collector's own: heads' counts, made 64 bits wide.
    std::atomic<uint64_t> finished_before{0};
    std::atomic<uint64_t> taken_before{0};
  };

  Shard& ShardFor(uint32_t hint) { return shards_[hint & shard_mask_]; }

  static constexpr uint32_t Top(uint64_t head) {
    return static_cast<uint32_t>(head);
  }
  static constexpr uint32_t Count(uint64_t head) {
    return static_cast<uint32_t>(head >> 32);
  }
  static constexpr uint64_t Head(uint32_t count, uint32_t top) {
    return (uint64_t{count} << 32) | top;
  }

  SpanSlot* TakeFree(Shard* shard) {
    uint64_t head = shard->free.load(std::memory_order_acquire);
    while (Top(head) != kNone) {
      SpanSlot* slot = &slots_[Top(head)];
      const uint32_t next = slot->next.load(std::memory_order_relaxed);
      if (shard->free.compare_exchange_weak(head, Head(Count(head) + 1, next),
                                            std::memory_order_acquire)) {
        // The drain thread was the last to touch those that come next, on
        // another core: by the time that it is wanted this one is here.
        if (slot->ahead != kNone) FetchToWrite(slots_[slot->ahead]);
        return slot;
      }
    }
    return nullptr;
  }
  // The part that most spans need, and for this core alone: a line of memory
  // that both cores have read is at hand, and a store to it still waits until
  // the other core has given it up.
  static void FetchToWrite(const SpanSlot& slot) {
    const char* const bytes = reinterpret_cast<const char*>(&slot);
    FetchLineToWrite(bytes);
    FetchLineToWrite(bytes + 64);
    FetchLineToWrite(bytes + 128);
    FetchLineToWrite(bytes + 192);
    FetchLineToWrite(bytes + 256);
  }
  static void FetchLineToWrite(const char* place) {
#if defined(__x86_64__)
    // For __builtin_prefetch() to do this, a newer processor must be named.
    asm volatile("prefetchw %0" : : "m"(*place));
#else
    __builtin_prefetch(place, 1);
#endif
  }

  SpanSlot* TakeSlowly(uint32_t own);
  SpanSlot* TakeFresh(Shard* shard, uint32_t number);
  // Whether a shard that is left with that many slots wakes the drain thread.
  bool IsLow(uint32_t left) const {
    return left < shard_slots_ / 2 && (left & low_mask_) == 0;
  }
  void WakeDrainSlow(Wake wake);

  const size_t memory_bytes_;
  const uint32_t shard_mask_;
  const uint32_t shard_slots_;
  const uint32_t low_mask_;
  SpanSlot* const slots_;
  Shard* const shards_;
  uint64_t first_generation_ = 1;  // of each slot; changes at a fork

  alignas(64) std::atomic<int64_t> overflow_left_;

  // Every span looks at these, and hardly any writes them.
  alignas(64) std::atomic<uint64_t> releases_{1};
  // The value of releases_ before all shards were found empty: while it is
  // still that, there is no need to look again.
  std::atomic<uint64_t> full_since_{0};
  std::atomic<int> wake_{0};
  std::atomic<Starter*> starter_{nullptr};
  sem_t wake_up_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SLOT_POOL_H_
