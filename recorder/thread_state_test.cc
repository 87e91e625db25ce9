// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/thread_state.h"

#include <pthread.h>
#include <sched.h>
#include <sys/rseq.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr int kIds = 1000;

std::vector<int> AllowedProcessors() {
  cpu_set_t allowed;
  EXPECT_EQ(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
  std::vector<int> processors;
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &allowed)) processors.push_back(i);
  }
  return processors;
}

void RunOn(int processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  EXPECT_EQ(pthread_setaffinity_np(pthread_self(), sizeof(only), &only), 0);
}

bool KernelTellsProcessor() {
  const auto* area = reinterpret_cast<const struct rseq*>(
      static_cast<const char*>(__builtin_thread_pointer()) + __rseq_offset);
  return __rseq_size > 0 && static_cast<int32_t>(area->cpu_id) >= 0;
}

TEST(ThreadStateTest, MakesValidIdsThatDiffer) {
  std::set<uint64_t> span_ids;
  std::set<std::pair<uint64_t, uint64_t>> trace_ids;
  for (int i = 0; i < kIds; ++i) {
    const SpanId span_id = ThreadState::Get().NewSpanId();
    const TraceId trace_id = ThreadState::Get().NewTraceId();
    EXPECT_TRUE(span_id.IsValid());
    EXPECT_TRUE(trace_id.IsValid());
    EXPECT_NE(trace_id.low(), 0u) << "samplers read the low half";
    span_ids.insert(span_id.value());
    trace_ids.insert({trace_id.high(), trace_id.low()});
  }
  EXPECT_EQ(span_ids.size(), size_t{kIds});
  EXPECT_EQ(trace_ids.size(), size_t{kIds});
}

// A generator with a bit that is stuck would skew every sampler.
TEST(ThreadStateTest, EveryBitIsSetHalfOfTheTime) {
  int set[64] = {};
  for (int i = 0; i < kIds; ++i) {
    const uint64_t value = ThreadState::Get().Random();
    for (int bit = 0; bit < 64; ++bit) set[bit] += (value >> bit) & 1;
  }
  // Ten standard deviations.
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_NEAR(set[bit], kIds / 2, 160) << bit;
  }
}

TEST(ThreadStateTest, ThreadsHaveTheirOwnIds) {
  std::set<uint64_t> firsts = {ThreadState::Get().Random()};
  for (int i = 0; i < 8; ++i) {
    std::thread([&] { firsts.insert(ThreadState::Get().Random()); }).join();
  }
  EXPECT_EQ(firsts.size(), 9u);
}

// glibc registers the area that it is read from, unless the kernel, or what
// stands for it, has none: then each thread has a number of its own.
TEST(ThreadStateTest, ItsShardIsTheProcessorsNumber) {
  std::set<uint32_t> shards;
  for (const int processor : AllowedProcessors()) {
    std::thread([&] {
      RunOn(processor);
      const uint32_t shard = ThreadState::Get().shard();
      shards.insert(shard);
      if (KernelTellsProcessor()) {
        EXPECT_EQ(shard, static_cast<uint32_t>(processor));
      }
    }).join();
  }
  EXPECT_EQ(shards.size(), AllowedProcessors().size());
}

TEST(ThreadStateTest, HasAShardBeforeItsFirstSpan) {
  std::thread([] {
    EXPECT_EQ(ThreadState::shard_of_this_thread(), 0u);
  }).join();
}

TEST(ThreadStateTest, ForkedChildMakesOtherIds) {
  ThreadState::Get().Random();  // seeded before the fork
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ThreadState::ResetAfterFork();
    const uint64_t value = ThreadState::Get().Random();
    _exit(write(fds[1], &value, sizeof(value)) == sizeof(value) ? 0 : 1);
  }
  uint64_t childs = 0;
  ASSERT_EQ(read(fds[0], &childs, sizeof(childs)), ssize_t{sizeof(childs)});
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(ThreadState::Get().Random(), childs)
      << "the child went on with the parent's sequence";
  close(fds[0]);
  close(fds[1]);
}

}  // namespace
}  // namespace waybill
