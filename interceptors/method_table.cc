// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/method_table.h"

#include "absl/hash/hash.h"
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
  const size_t hash = absl::Hash<absl::string_view>()(path);
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
