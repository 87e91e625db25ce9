// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the recorder keeps for each thread: a generator of random ids, the
// shard that it writes to, and the scope that says which span is current.
//
// Nothing is run to make or to destroy it, so that reaching it is one offset
// from the thread pointer, and it costs nothing when threads come and go. A
// forked child is told to seed its copy anew.
//
// Internal to this folder.
#ifndef WAYBILL_RECORDER_THREAD_STATE_H_
#define WAYBILL_RECORDER_THREAD_STATE_H_

#include <cstdint>

#include "waybill/propagation/ids.h"

namespace waybill {

class Scope;
class SpanContext;

class ThreadState {
 public:
  static ThreadState& Get() {
    ThreadState& state = current_;
    if (__builtin_expect(!state.seeded(), 0)) state.Seed();
    return state;
  }
  // For a caller that goes another way where Get() would have to seed.
  static ThreadState& GetUnseeded() { return current_; }
  bool seeded() const { return static_cast<uint64_t>(random_) != 0; }

  // The scope needs no seed: it is kept across a fork.
  static Scope*& current_scope() { return current_.scope_; }
  // The context of that scope's span, by which spans have their parent; null
  // where there is none, or it is invalid.
  static const SpanContext*& current_parent() { return current_.parent_; }

  // A multiplicative congruential generator of 128 bits with a multiplier of
  // P. L'Ecuyer's, of which the upper half is used. Seeded with 128 bits of the
  // system's randomness: ids of a fleet must not meet, nobody need be unable
  // to guess them.
  uint64_t Random() {
    random_ *= 0xda942042e4dd58b5u;
    return static_cast<uint64_t>(random_ >> 64);
  }

  // One step for both halves. The lower half of the state is a poor source of
  // bits by itself, so that the upper one is mixed into it; the pair is still
  // another one at each step of the generator's 2^126, and never zero, as the
  // state is odd. The lower half of the id is the better one: samplers look
  // there.
  TraceId NewTraceId() {
    const uint64_t low = Random();
    const uint64_t high =
        static_cast<uint64_t>(random_) ^ (low >> 32 | low << 32);
    return TraceId(high, low);
  }

  // The id of a trace's first span: as unlike any other as the trace's.
  static SpanId RootSpanId(const TraceId& trace_id) {
    return SpanId((trace_id.high() + trace_id.low()) | 1);
  }

  // Never zero.
  SpanId NewSpanId() { return SpanId(Random() | 1); }

  // A number by which shards are chosen: that of the processor that this thread
  // is on, so that threads which run at a time write to different ones. The
  // thread may be on another one when it comes to writing, which only costs
  // time. Where the kernel does not say, threads have numbers of their own.
  uint32_t shard() const { return __atomic_load_n(shard_, __ATOMIC_RELAXED); }
  // The same, or 0 in a thread that has not started a span yet.
  static uint32_t shard_of_this_thread() { return current_.shard(); }

  // In a forked child, whose only thread this is: its ids must be others than
  // its parent's.
  static void ResetAfterFork() { current_.random_ = 0; }

 private:
  void Seed();

  // initial-exec: the library is loaded when the program starts, or by the
  // agent, whose few bytes fit the loader's reserve.
  // __thread rather than thread_local: a constant initializer is promised, so
  // that no access calls a wrapper to see whether one must run.
  __attribute__((
      tls_model("initial-exec"))) static __thread ThreadState current_;

  static constexpr uint32_t kFirstShard = 0;

  unsigned __int128 random_ = 0;  // odd; zero until it is seeded
  Scope* scope_ = nullptr;
  const SpanContext* parent_ = nullptr;
  // Where the kernel keeps the processor's number, or own_shard_.
  const uint32_t* shard_ = &kFirstShard;
  uint32_t own_shard_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_THREAD_STATE_H_
