// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// std::mutex with the annotations that clang's -Wthread-safety checks.
//
// Why not absl::Mutex: ThreadSanitizer follows pthread's calls, but not the
// atomics inside an abseil that was compiled without it, as distributions
// ship it. The recorder is the part that must be clean under TSan, so its few
// cold-path locks are these.
#ifndef WAYBILL_RECORDER_MUTEX_H_
#define WAYBILL_RECORDER_MUTEX_H_

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace waybill {

class ABSL_LOCKABLE Mutex {
 public:
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex* mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_->Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_->Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex* const mutex_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_MUTEX_H_
