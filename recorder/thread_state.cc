// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/thread_state.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

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

std::atomic<uint32_t> ThreadState::fork_epoch_{1};
__thread ThreadState ThreadState::current_;

void ThreadState::Init() {
  static std::atomic<uint32_t> next_shard{0};
  epoch_ = fork_epoch_.load(std::memory_order_relaxed);
  shard_ = next_shard.fetch_add(1, std::memory_order_relaxed);
  if (getrandom(random_, sizeof(random_), GRND_NONBLOCK) != sizeof(random_)) {
    for (int i = 0; i < 4; ++i) random_[i] = WeakSeed(shard_ * 4 + i);
  }
  random_[0] |= 1;  // All zeros is the one state that never changes.
}

}  // namespace waybill
