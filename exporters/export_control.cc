// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/export_control.h"

#include <chrono>
#include <utility>

namespace waybill {

void ExportControl::StopRetrying() {
  MutexLock lock(&mutex_);
  stop_retrying_ = true;
  changed_.notify_all();
}

void ExportControl::Cancel() {
  MutexLock lock(&mutex_);
  stop_retrying_ = true;
  cancelled_ = true;
  if (cancel_call_ != nullptr) cancel_call_();
  changed_.notify_all();
}

bool ExportControl::BeginCall(std::function<void()> cancel_call) {
  MutexLock lock(&mutex_);
  if (cancelled_) return false;
  cancel_call_ = std::move(cancel_call);
  return true;
}

void ExportControl::EndCall() {
  MutexLock lock(&mutex_);
  cancel_call_ = nullptr;
}

bool ExportControl::Pause(absl::Duration duration) {
  MutexLock lock(&mutex_);
  std::unique_lock<std::mutex> native(mutex_.native(), std::adopt_lock);
  const bool stopped = changed_.wait_for(
      native, std::chrono::nanoseconds(absl::ToInt64Nanoseconds(duration)),
      [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return stop_retrying_; });
  native.release();
  return !stopped;
}

bool ExportControl::cancelled() const {
  MutexLock lock(&mutex_);
  return cancelled_;
}

}  // namespace waybill
