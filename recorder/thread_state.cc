// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/thread_state.h"

#include <sys/random.h>
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

}  // namespace

__thread ThreadState ThreadState::current_;

void ThreadState::Seed() {
  static std::atomic<uint32_t> next_shard{0};
  shard_ = next_shard.fetch_add(1, std::memory_order_relaxed);
  uint64_t seed[2];
  if (getrandom(seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) {
    for (uint32_t i = 0; i < 2; ++i) seed[i] = WeakSeed(shard_ * 2 + i);
  }
  random_ = (static_cast<unsigned __int128>(seed[0]) << 64) | seed[1] | 1;
}

}  // namespace waybill
