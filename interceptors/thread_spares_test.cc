// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/thread_spares.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>

namespace waybill {
namespace {

constexpr size_t kBytes = 152;

void* New() { return NewFromSpare(&ThreadSpares::client_interceptor, kBytes); }
void Delete(void* block) {
  DeleteToSpare(&ThreadSpares::client_interceptor, block);
}

TEST(SpareBlockTest, KeepsOne) {
  SpareBlock spare;
  EXPECT_EQ(spare.Take(), nullptr);
  void* const block = ::operator new(kBytes);
  void* const second = ::operator new(kBytes);
  EXPECT_TRUE(spare.Keep(block));
  EXPECT_FALSE(spare.Keep(second));
  EXPECT_EQ(spare.Take(), block);
  EXPECT_EQ(spare.Take(), nullptr);
  EXPECT_TRUE(spare.Keep(second));
  ::operator delete(block);
}

TEST(ThreadSparesTest, MemoryIsUsedAgain) {
  void* const first = New();
  Delete(first);
  void* const again = New();
  EXPECT_EQ(again, first);
  void* const second = New();
  EXPECT_NE(second, again);
  memset(again, 1, kBytes);
  memset(second, 2, kBytes);
  Delete(again);
  Delete(second);  // goes back to the allocator
  EXPECT_EQ(New(), again);
  Delete(again);
}

TEST(ThreadSparesTest, SidesAndThreadsHaveTheirOwn) {
  void* const block = New();
  Delete(block);
  void* const server = NewFromSpare(&ThreadSpares::server_interceptor, kBytes);
  EXPECT_NE(server, block);
  DeleteToSpare(&ThreadSpares::server_interceptor, server);
  std::thread([block] {
    void* const other = New();
    EXPECT_NE(other, block);
    Delete(other);
  }).join();
}

// Ends a call as late as a thread can: what is thread-local is destroyed last
// if it was there first.
struct EndsLate {
  void Touch() {}
  ~EndsLate() {
    EXPECT_EQ(ThreadSpares::OfThisThread(), nullptr);
    Delete(block);
    Delete(New());
  }
  void* block = nullptr;
};
thread_local EndsLate ends_late;

TEST(ThreadSparesTest, CallsMayEndAfterTheSparesOfTheirThread) {
  std::thread([] {
    ends_late.Touch();
    Delete(New());
    EXPECT_NE(ThreadSpares::OfThisThread(), nullptr);
    ends_late.block = New();
  }).join();
}

}  // namespace
}  // namespace waybill
