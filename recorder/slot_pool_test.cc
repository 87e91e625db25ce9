// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/slot_pool.h"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr size_t kBytes = SlotPool::kMinBytes;
constexpr size_t kSlots = kBytes / 4 * 3 / SpanSlot::kBytes;

// Nothing here asks the settings for anything.
const SlotSettings settings(nullptr, nullptr, 1, SpanLimits());

SpanSlot* Start(SlotPool* pool, uint32_t shard) {
  SpanSlot* slot = pool->Take(shard);
  if (slot != nullptr) slot->Reset(settings, TraceState());
  return slot;
}

std::vector<SpanSlot*> TakeAll(SlotPool* pool, uint32_t shard) {
  std::vector<SpanSlot*> slots;
  while (SpanSlot* slot = Start(pool, shard)) slots.push_back(slot);
  return slots;
}

size_t CollectAndRelease(SlotPool* pool) {
  std::vector<SpanSlot*> slots;
  pool->Collect(&slots);
  for (SpanSlot* slot : slots) pool->Release(slot);
  pool->ReleasedSome();
  return slots.size();
}

// Notes each time that the drain thread is woken.
class WakeCounter final : public SlotPool::Starter {
 public:
  explicit WakeCounter(SlotPool* pool) : pool_(pool) { Rearm(); }
  void StartDrain() override {
    ++wakes;
    Rearm();
    pool_->ClearWake();
  }
  int wakes = 0;

 private:
  void Rearm() { pool_->SetStarter(this); }
  SlotPool* const pool_;
};

TEST(SlotPoolTest, HasThreeQuartersOfItsMemoryInSlots) {
  EXPECT_EQ(SlotPool(8 << 20, 4).capacity(), 12288u);
  EXPECT_EQ(SlotPool(kBytes, 1).capacity(), kSlots);
  EXPECT_EQ(SlotPool(1, 1).memory_bytes(), kBytes) << "never less than 64 KiB";
}

TEST(SlotPoolTest, HandsOutEachSlotOnceAndCountsExhaustion) {
  SlotPool pool(kBytes, 4);
  const std::vector<SpanSlot*> slots = TakeAll(&pool, 1);
  EXPECT_EQ(slots.size(), pool.capacity()) << "other shards' slots, too";
  EXPECT_EQ(std::set<SpanSlot*>(slots.begin(), slots.end()).size(),
            slots.size());
  EXPECT_EQ(pool.counts().taken, slots.size());
  EXPECT_EQ(pool.counts().no_free_slot, 1u);
  EXPECT_EQ(pool.Take(2), nullptr);
  EXPECT_EQ(pool.counts().no_free_slot, 2u);
}

TEST(SlotPoolTest, KnowsThatItIsFullUntilSomethingIsReleased) {
  SlotPool pool(kBytes, 4);
  EXPECT_FALSE(pool.IsFull());
  const std::vector<SpanSlot*> slots = TakeAll(&pool, 0);
  EXPECT_TRUE(pool.IsFull());
  pool.CountNoFreeSlot(3);
  EXPECT_EQ(pool.counts().no_free_slot, 2u);

  pool.Finish(slots[0], 1);
  EXPECT_TRUE(pool.IsFull()) << "nobody has come for it";
  CollectAndRelease(&pool);
  EXPECT_FALSE(pool.IsFull());
  EXPECT_EQ(pool.Take(2), slots[0]);
  EXPECT_FALSE(pool.IsFull()) << "nobody has looked in vain";
}

TEST(SlotPoolTest, CollectsInTheOrderOfFinishing) {
  SlotPool pool(kBytes, 1);
  std::vector<SpanSlot*> finished;
  for (int i = 0; i < 10; ++i) finished.push_back(Start(&pool, 0));
  for (SpanSlot* slot : finished) pool.Finish(slot, 0);
  std::vector<SpanSlot*> collected;
  pool.Collect(&collected);
  EXPECT_EQ(collected, finished);
  EXPECT_EQ(CollectAndRelease(&pool), 0u) << "each span comes once";
}

TEST(SlotPoolTest, CollectAppendsFromEveryShard) {
  SlotPool pool(kBytes, 4);
  std::vector<SpanSlot*> collected = {nullptr};
  std::set<SpanSlot*> finished = {nullptr};
  for (uint32_t shard = 0; shard < 4; ++shard) {
    SpanSlot* slot = Start(&pool, shard);
    finished.insert(slot);
    pool.Finish(slot, shard + 1);  // by a thread of another shard
  }
  pool.Collect(&collected);
  EXPECT_EQ(collected.size(), 5u);
  EXPECT_EQ(std::set<SpanSlot*>(collected.begin(), collected.end()), finished);
}

TEST(SlotPoolTest, ReleasedSlotsAreTakenAgain) {
  SlotPool pool(kBytes, 4);
  for (int round = 0; round < 5; ++round) {
    const std::vector<SpanSlot*> slots = TakeAll(&pool, 0);
    ASSERT_EQ(slots.size(), pool.capacity()) << "round " << round;
    for (SpanSlot* slot : slots) pool.Finish(slot, 3);
    ASSERT_EQ(CollectAndRelease(&pool), slots.size());
  }
  const SlotPool::Counts counts = pool.counts();
  EXPECT_EQ(counts.taken, 5 * pool.capacity());
  EXPECT_EQ(counts.finished, 5 * pool.capacity());
  EXPECT_EQ(counts.no_free_slot, 5u);
}

TEST(SlotPoolTest, DiscardFreesWhatFinishedAndCountsUpToThere) {
  SlotPool pool(kBytes, 1);
  SpanSlot* open = Start(&pool, 0);
  pool.Finish(Start(&pool, 0), 0);
  const SlotPool::Counts counts = pool.Discard();
  EXPECT_EQ(counts.taken, 2u);
  EXPECT_EQ(counts.finished, 1u);
  EXPECT_EQ(CollectAndRelease(&pool), 0u);
  pool.Finish(open, 0);
  EXPECT_EQ(CollectAndRelease(&pool), 1u);
}

TEST(SlotPoolTest, CountsWhatIsNotSampled) {
  SlotPool pool(kBytes, 2);
  pool.CountNotSampled(0);
  pool.CountNotSampled(1);
  pool.CountNotSampled(7);
  EXPECT_EQ(pool.counts().not_sampled, 3u);
  EXPECT_EQ(pool.counts().taken, 0u);
}

TEST(SlotPoolTest, WakesAtStepsBelowHalfAndNotAtEachTake) {
  SlotPool pool(kBytes, 1);
  WakeCounter counter(&pool);
  std::vector<SpanSlot*> open;
  while (open.size() <= kSlots / 2) open.push_back(Start(&pool, 0));
  EXPECT_EQ(counter.wakes, 0) << "half of it is free";
  while (open.size() < kSlots) open.push_back(Start(&pool, 0));
  const int first_time = counter.wakes;
  EXPECT_GE(first_time, 4) << "memory that was never used";
  EXPECT_LE(first_time, 8);
  EXPECT_EQ(pool.Take(0), nullptr);
  EXPECT_EQ(counter.wakes, first_time + 1) << "nothing left";

  for (SpanSlot* slot : open) pool.Finish(slot, 0);
  CollectAndRelease(&pool);
  counter.wakes = 0;
  for (size_t i = 0; i <= kSlots / 2; ++i) Start(&pool, 0);
  EXPECT_EQ(counter.wakes, 0);
  for (size_t i = kSlots / 2 + 1; i < kSlots; ++i) Start(&pool, 0);
  EXPECT_EQ(counter.wakes, first_time) << "memory that was used before";
}

TEST(SlotPoolTest, WakesOncePerLevelUntilCleared) {
  SlotPool pool(kBytes, 1);
  class Counter final : public SlotPool::Starter {
   public:
    explicit Counter(SlotPool* pool) : pool_(pool) {}
    void StartDrain() override {
      ++wakes;
      pool_->SetStarter(this);
    }
    int wakes = 0;

   private:
    SlotPool* const pool_;
  } counter(&pool);
  pool.SetStarter(&counter);
  const struct {
    SlotPool::Wake wake;
    bool clear_first;
    int wakes;
    const char* reason;
  } kCases[] = {
      {SlotPool::Wake::kSoon, false, 1, "nobody had called"},
      {SlotPool::Wake::kSoon, false, 1, "it was on its way"},
      {SlotPool::Wake::kNow, false, 2, "more urgent"},
      {SlotPool::Wake::kSoon, false, 2, "less urgent"},
      {SlotPool::Wake::kNow, false, 2, "no more urgent"},
      {SlotPool::Wake::kNow, true, 3, "it had come"},
  };
  for (const auto& test : kCases) {
    if (test.clear_first) pool.ClearWake();
    pool.WakeDrain(test.wake);
    EXPECT_EQ(counter.wakes, test.wakes) << test.reason;
  }
}

TEST(SlotPoolTest, WaitForWakeReturnsWhenWokenOrInTime) {
  SlotPool pool(kBytes, 1);
  pool.WaitForWake(SlotPool::Wake::kSoon, 0);  // long past
  pool.WakeDrain(SlotPool::Wake::kSoon);
  pool.WaitForWake(SlotPool::Wake::kSoon, ~uint64_t{0} / 2);
  pool.WaitForWake(SlotPool::Wake::kNow, 0);  // not urgent enough
  std::thread waker([&] { pool.WakeDrain(SlotPool::Wake::kNow); });
  pool.WaitForWake(SlotPool::Wake::kNow, ~uint64_t{0} / 2);
  waker.join();
}

TEST(SlotPoolTest, LimitsTheOverflowOfAllSpansTogether) {
  SlotPool pool(kBytes, 1);
  EXPECT_TRUE(pool.ReserveOverflow(kBytes / 8));
  EXPECT_FALSE(pool.ReserveOverflow(kBytes / 8 + 1));
  EXPECT_TRUE(pool.ReserveOverflow(kBytes / 8)) << "a refusal costs nothing";
  EXPECT_FALSE(pool.ReserveOverflow(1));
  pool.ReleaseOverflow(1);
  EXPECT_TRUE(pool.ReserveOverflow(1));
}

TEST(SlotPoolTest, StartsEmptyInAForkedChild) {
  SlotPool pool(kBytes, 2);
  std::vector<SpanSlot*> slots;
  for (int i = 0; i < 6; ++i) slots.push_back(Start(&pool, 0));
  pool.Finish(slots[0], 0);
  CollectAndRelease(&pool);
  pool.Finish(slots[1], 0);
  ASSERT_TRUE(slots[2]->Lock(slots[2]->generation()));  // by a thread lost
  const uint64_t generation = slots[3]->generation();
  pool.CountNotSampled(0);
  while (pool.ReserveOverflow(1024)) {
  }

  pool.ResetAfterFork();

  EXPECT_FALSE(slots[3]->Lock(generation)) << "the span is the parent's";
  const SlotPool::Counts counts = pool.counts();
  EXPECT_EQ(counts.taken, 0u);
  EXPECT_EQ(counts.finished, 0u);
  EXPECT_EQ(counts.not_sampled, 0u);
  EXPECT_TRUE(pool.ReserveOverflow(kBytes / 4));
  EXPECT_EQ(CollectAndRelease(&pool), 0u);
  const std::vector<SpanSlot*> again = TakeAll(&pool, 0);
  EXPECT_EQ(again.size(), pool.capacity());
  for (SpanSlot* slot : again) {
    ASSERT_TRUE(slot->Lock(slot->generation()));
    slot->Unlock(slot->generation());
  }
}

// Every slot is always in one place: held by one thread, or on one list.
TEST(SlotPoolTest, ThreadsNeverShareASlot) {
  constexpr int kThreads = 4;
  constexpr int kSpans = 20000;
  SlotPool pool(kBytes, 2);
  std::vector<std::atomic<int>> owners(pool.capacity() * 2);
  SpanSlot* const base = pool.Take(0);
  pool.Finish(base, 0);
  base->Reset(settings, TraceState());
  std::atomic<int> running{kThreads};
  std::atomic<uint64_t> finished{1};
  std::atomic<uint64_t> dropped{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kSpans; ++i) {
        SpanSlot* slot = Start(&pool, static_cast<uint32_t>(t));
        if (slot == nullptr) {
          ++dropped;
          std::this_thread::yield();
          continue;
        }
        std::atomic<int>& owner = owners[static_cast<size_t>(slot - base)];
        EXPECT_EQ(owner.exchange(1), 0);
        slot->start_ticks = static_cast<uint64_t>(i);
        EXPECT_EQ(owner.exchange(0), 1);
        ++finished;
        pool.Finish(slot, static_cast<uint32_t>(t + i));
      }
      --running;
    });
  }
  uint64_t collected = 0;
  while (running > 0) {
    collected += CollectAndRelease(&pool);
    const SlotPool::Counts counts = pool.counts();
    ASSERT_LE(counts.finished, counts.taken);
    std::this_thread::yield();
  }
  for (std::thread& thread : threads) thread.join();
  collected += CollectAndRelease(&pool);
  EXPECT_EQ(collected, finished);
  EXPECT_EQ(pool.counts().finished, finished);
  EXPECT_EQ(pool.counts().taken, finished);
  EXPECT_EQ(pool.counts().no_free_slot, dropped);
  EXPECT_EQ(finished + dropped, uint64_t{kThreads} * kSpans + 1);
}

}  // namespace
}  // namespace waybill
