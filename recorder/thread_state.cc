// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/thread_state.h"

#include <sys/random.h>
#if __GLIBC_PREREQ(2, 35)
#include <sys/rseq.h>
#endif
#include <time.h>
#include <unistd.h>

#include <atomic>

namespace waybill {
namespace {

// For the case that the system has no randomness to give yet.
uint64_t WeakSeed(uint64_t salt) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  uint64_t x =
      salt + 0x9e3779b97f4a7c15u * (static_cast<uint64_t>(now.tv_nsec) ^
                                    (static_cast<uint64_t>(getpid()) << 32) ^
                                    reinterpret_cast<uintptr_t>(&now));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// Where the kernel writes the number of the processor each time that this
// thread goes on: in the area for restartable sequences, which glibc registers
// for every thread. Null where there is none.
const uint32_t* ProcessorOfThisThread() {
#if __GLIBC_PREREQ(2, 35)
  const auto* const area = reinterpret_cast<const struct rseq*>(
      static_cast<const char*>(__builtin_thread_pointer()) + __rseq_offset);
  // Negative where the kernel did not take it.
  if (__rseq_size > 0 && static_cast<int32_t>(area->cpu_id) >= 0) {
    return &area->cpu_id;
  }
#endif
  return nullptr;
}

}  // namespace

__thread ThreadState ThreadState::current_;

void ThreadState::Seed() {
  static std::atomic<uint32_t> next_shard{0};
  own_shard_ = next_shard.fetch_add(1, std::memory_order_relaxed);
  const uint32_t* const processor = ProcessorOfThisThread();
  shard_ = processor != nullptr ? processor : &own_shard_;
  uint64_t seed[2];
  if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
    for (uint32_t i = 0; i < 2; ++i) seed[i] = WeakSeed(own_shard_ * 2 + i);
  }
  random_ = (static_cast<unsigned __int128>(seed[0]) << 64) | seed[1] | 1;
}

}  // namespace waybill
