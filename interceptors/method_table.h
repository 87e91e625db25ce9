// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What is known of each RPC method: looked up once a call, made once a method.
//
// Names of methods can come from a peer, and a span template is never freed,
// so a table is bounded: after kMaxMethods, and for methods that a server does
// not have, calls are recorded as "_OTHER", the name that OpenTelemetry's
// conventions give them.
//
// Thread-safe. Find() takes no lock and writes to no shared memory once the
// method is known.
//
// Internal to this folder.
#ifndef WAYBILL_INTERCEPTORS_METHOD_TABLE_H_
#define WAYBILL_INTERCEPTORS_METHOD_TABLE_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "waybill/interceptors/rpc_options.h"
#include "waybill/recorder/mutex.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

struct MethodInfo {
  std::string method;  // "pkg.Service/Method"
  const SpanTemplate* span_template = nullptr;
  bool traced = true;
};

class MethodTable {
 public:
  static constexpr size_t kMaxMethods = 1024;
  // Longer names are not kept.
  static constexpr size_t kMaxNameBytes = 512;

  // options must outlive the table.
  MethodTable(SpanKind kind, const RpcOptions& options);
  MethodTable(const MethodTable&) = delete;
  MethodTable& operator=(const MethodTable&) = delete;

  // path is as gRPC has it, "/pkg.Service/Method". With add, a method that is
  // not in the table yet is put in.
  const MethodInfo& Find(absl::string_view path, bool add);

 private:
  static constexpr size_t kBuckets = 2 * kMaxMethods;

  const MethodInfo& Add(absl::string_view method, size_t hash);
  bool IsTraced(absl::string_view method) const;
  const MethodInfo& Other(absl::string_view method) const;
  std::unique_ptr<MethodInfo> Make(absl::string_view method, bool traced) const;

  const SpanKind kind_;
  const RpcOptions& options_;
  // For all methods that are not in the table. Those among them that are not to
  // be traced are still not.
  const std::unique_ptr<const MethodInfo> other_;
  const std::unique_ptr<const MethodInfo> untraced_other_;
  // Open addressing. Entries are only ever added, and owned by this table.
  std::unique_ptr<std::atomic<const MethodInfo*>[]> buckets_;
  Mutex mutex_;
  size_t size_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_METHOD_TABLE_H_
