// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/thread_spares.h"

#include <new>

namespace waybill {
namespace {

// Calls may end in what runs at the end of a thread, later than the spares.
thread_local bool spares_are_gone = false;
thread_local ThreadSpares spares_of_this_thread;

}  // namespace

ThreadSpares::~ThreadSpares() { spares_are_gone = true; }

ThreadSpares* ThreadSpares::OfThisThread() {
  return spares_are_gone ? nullptr : &spares_of_this_thread;
}

void* NewFromSpare(SpareBlock ThreadSpares::*member, size_t size) {
  ThreadSpares* const spares = ThreadSpares::OfThisThread();
  void* const spare = spares == nullptr ? nullptr : (spares->*member).Take();
  return spare != nullptr ? spare : ::operator new(size);
}

void DeleteToSpare(SpareBlock ThreadSpares::*member, void* block) {
  ThreadSpares* const spares = ThreadSpares::OfThisThread();
  if (spares == nullptr || !(spares->*member).Keep(block)) {
    ::operator delete(block);
  }
}

}  // namespace waybill
