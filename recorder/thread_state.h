// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the recorder keeps for each thread: a generator of random ids, the
// shard that it writes to, and the scope that says which span is current.
//
// It has no constructor and no destructor, so that reaching it is one offset
// from the thread pointer, and it costs nothing when threads come and go. A
// forked child notices that its copy is a copy, by the epoch, and reseeds.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_THREAD_STATE_H_
#define WAYBILL_RECORDER_THREAD_STATE_H_

#include <atomic>
#include <cstdint>

#include "waybill/propagation/ids.h"

namespace waybill {

class Scope;

class ThreadState {
 public:
  static ThreadState& Get() {
    ThreadState& state = current_;
    if (__builtin_expect(
            state.epoch_ != fork_epoch_.load(std::memory_order_relaxed), 0)) {
      state.Init();
    }
    return state;
  }

  // The scope needs no seed: it is kept across a fork.
  static Scope*& current_scope() { return current_.scope_; }

  // A multiplicative congruential generator of 128 bits with a multiplier of
  // P. L'Ecuyer's, of which the upper half is used. Seeded with 128 bits of the
  // system's randomness: ids of a fleet must not meet, nobody need be unable
  // to guess them.
  uint64_t Random() {
    random_ *= 0xda942042e4dd58b5u;
    return static_cast<uint64_t>(random_ >> 64);
  }

  TraceId NewTraceId() {
    const uint64_t high = Random();
    const uint64_t low = Random();
    return TraceId(high, low != 0 ? low : 1);
  }

  SpanId NewSpanId() {
    const uint64_t value = Random();
    return SpanId(value != 0 ? value : 1);
  }

  // A number that differs between threads as far as possible; shards are
  // chosen by it.
  uint32_t shard() const { return shard_; }

  // Called in a forked child: every thread's state is stale from here on.
  static void NextEpoch() {
    fork_epoch_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  void Init();

  static std::atomic<uint32_t> fork_epoch_;
  // initial-exec: the library is loaded when the program starts, or by the
  // agent, whose few bytes fit the loader's reserve.
  // __thread rather than thread_local: a constant initializer is promised, so
  // that no access calls a wrapper to see whether one must run.
  __attribute__((
      tls_model("initial-exec"))) static __thread ThreadState current_;

  unsigned __int128 random_;  // odd
  Scope* scope_;
  uint32_t epoch_;
  uint32_t shard_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_THREAD_STATE_H_
