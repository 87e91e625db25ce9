// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/method_table.h"

#include <cstring>

#include "absl/strings/strip.h"
#include "waybill/interceptors/rpc_attributes.h"

namespace waybill {
namespace {

bool Matches(absl::string_view pattern, absl::string_view method) {
  absl::ConsumePrefix(&pattern, "/");
  if (absl::ConsumeSuffix(&pattern, "*")) {
    return absl::StartsWith(method, pattern);
  }
  return method == pattern;
}

// Eight bytes at a time, the last ones overlapping. Seeded with an address, so
// that nobody outside can choose names that meet.
size_t HashOf(absl::string_view text) {
  static const char seed = 0;
  uint64_t hash = reinterpret_cast<uintptr_t>(&seed) + text.size();
  const auto mix = [&hash](const char* at, size_t size) {
    uint64_t word = 0;
    memcpy(&word, at, size);
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  };
  if (text.size() < 8) {
    mix(text.data(), text.size());
    return hash;
  }
  for (size_t at = 0; at + 8 < text.size(); at += 8) mix(text.data() + at, 8);
  mix(text.data() + text.size() - 8, 8);
  return hash;
}

}  // namespace

MethodTable::MethodTable(SpanKind kind, const RpcOptions& options)
    : kind_(kind),
      options_(options),
      other_(Make("_OTHER", true)),
      untraced_other_(Make("_OTHER", false)),
      buckets_(new std::atomic<const MethodInfo*>[kBuckets]()) {}

bool MethodTable::IsTraced(absl::string_view method) const {
  for (const std::string& pattern : options_.untraced_methods) {
    if (Matches(pattern, method)) return false;
  }
  return true;
}

const MethodInfo& MethodTable::Other(absl::string_view method) const {
  return IsTraced(method) ? *other_ : *untraced_other_;
}

std::unique_ptr<MethodInfo> MethodTable::Make(absl::string_view method,
                                              bool traced) const {
  auto info = std::make_unique<MethodInfo>();
  info->method = std::string(method);
  info->traced = traced;
  info->span_template = MakeRpcTemplate(method, kind_, options_.vocabulary);
  return info;
}

const MethodInfo& MethodTable::Find(absl::string_view path, bool add) {
  absl::ConsumePrefix(&path, "/");
  const size_t hash = HashOf(path);
  for (size_t i = hash % kBuckets;; i = (i + 1) % kBuckets) {
    const MethodInfo* info = buckets_[i].load(std::memory_order_acquire);
    if (info == nullptr) break;
    if (info->method == path) return *info;
  }
  return add ? Add(path, hash) : Other(path);
}

const MethodInfo& MethodTable::Add(absl::string_view method, size_t hash) {
  if (method.size() > kMaxNameBytes) return Other(method);
  MutexLock lock(&mutex_);
  size_t i = hash % kBuckets;
  for (;; i = (i + 1) % kBuckets) {
    const MethodInfo* info = buckets_[i].load(std::memory_order_relaxed);
    if (info == nullptr) break;
    if (info->method == method) return *info;
  }
  if (size_ == kMaxMethods) return Other(method);
  ++size_;
  const MethodInfo* added = Make(method, IsTraced(method)).release();
  buckets_[i].store(added, std::memory_order_release);
  return *added;
}

}  // namespace waybill
