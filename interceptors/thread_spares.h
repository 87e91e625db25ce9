// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What a thread keeps of one call for its next: the memory of an interceptor of
// each side, and the header that was sent. A call then allocates none of them.
//
//   static void* operator new(size_t size) {
//     return NewFromSpare(&ThreadSpares::client_interceptor, size);
//   }
//   static void operator delete(void* block) {
//     DeleteToSpare(&ThreadSpares::client_interceptor, block);
//   }
//
// One of each at the most, some 500 bytes, which go when the thread ends. A
// call that ends in another thread than it began in leaves its own there.
//
// Internal to this folder.
#ifndef WAYBILL_INTERCEPTORS_THREAD_SPARES_H_
#define WAYBILL_INTERCEPTORS_THREAD_SPARES_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace waybill {

// Memory of one size, from operator new.
class SpareBlock {
 public:
  SpareBlock() = default;
  ~SpareBlock() { ::operator delete(block_); }
  SpareBlock(const SpareBlock&) = delete;
  SpareBlock& operator=(const SpareBlock&) = delete;

  // Null where there is none.
  void* Take() { return std::exchange(block_, nullptr); }
  // False where there is one.
  bool Keep(void* block) {
    if (block_ != nullptr) return false;
    block_ = block;
    return true;
  }

 private:
  void* block_ = nullptr;
};

struct ThreadSpares {
  // Null in a thread that is about to end.
  static ThreadSpares* OfThisThread();

  ThreadSpares() = default;
  ~ThreadSpares();

  SpareBlock client_interceptor;
  SpareBlock server_interceptor;
  std::multimap<std::string, std::string> metadata;  // of one item at the most
};

// What is kept under a member must always have the same size.
void* NewFromSpare(SpareBlock ThreadSpares::*member, size_t size);
void DeleteToSpare(SpareBlock ThreadSpares::*member, void* block);

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_THREAD_SPARES_H_
