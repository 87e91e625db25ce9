// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One trace as it comes together from batches of several processes.
//
//   waybill::TraceAssembly trace(trace_id, limits);
//   trace.Add(batch, scope, span);
//   if (trace.Summary().complete) Show(trace.data());
//
// The messages are kept as they came, so that what is shown or written out
// later is what was sent. Spans of one process and scope are kept together,
// their resource once.
//
// Not thread-safe: TraceStore, its owner, has the lock.
#ifndef WAYBILL_VIEWER_TRACE_ASSEMBLY_H_
#define WAYBILL_VIEWER_TRACE_ASSEMBLY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "viewer/otlp/trace.pb.h"

namespace waybill {

struct TraceSummary {
  std::string trace_id;
  // Of the root, or of the earliest span as long as no root has come.
  std::string root_name;
  std::string root_service;
  std::vector<std::string> services;  // In order of arrival, 32 at the most.
  size_t spans = 0;
  int64_t start = 0;  // Unix nanoseconds of the root.
  int64_t end = 0;
  std::string status;   // Of the root, as outcome.h has it.
  bool failed = false;  // The root's status is ERROR.
  // There is a root, and no span's parent is missing.
  bool complete = false;
  uint64_t duplicates = 0;
  uint64_t refused = 0;
};

class TraceAssembly {
 public:
  struct Limits {
    size_t max_spans = 10000;
    size_t max_bytes = size_t{64} << 20;
  };

  enum class Outcome { kAdded, kDuplicate, kFull };

  TraceAssembly(std::string trace_id, Limits limits);

  // Keeps a copy of span, and of batch's resource and of scope unless spans of
  // theirs are here. A span with the id and kind of one that is here is a
  // duplicate; without a usable id it never is.
  Outcome Add(const opentelemetry::proto::trace::v1::ResourceSpans& batch,
              const opentelemetry::proto::trace::v1::ScopeSpans& scope,
              const opentelemetry::proto::trace::v1::Span& span);

  const std::string& trace_id() const { return trace_id_; }
  const opentelemetry::proto::trace::v1::TracesData& data() const {
    return data_;
  }
  size_t spans() const { return spans_; }
  // Memory held, estimated from above.
  size_t bytes() const { return bytes_; }
  bool IsComplete() const { return has_root_ && missing_parents_.empty(); }
  TraceSummary Summary() const;

 private:
  using Span = opentelemetry::proto::trace::v1::Span;
  using ScopeSpans = opentelemetry::proto::trace::v1::ScopeSpans;
  using ResourceSpans = opentelemetry::proto::trace::v1::ResourceSpans;

  void NoteParentage(const Span& span);
  void NoteRoot(const ResourceSpans& batch, const Span& span);
  void NoteService(const ResourceSpans& batch);

  const std::string trace_id_;
  const Limits limits_;

  opentelemetry::proto::trace::v1::TracesData data_;
  // Where the spans of a resource and scope go, by both in wire format.
  absl::flat_hash_map<std::string, ScopeSpans*> places_;
  absl::flat_hash_set<std::string> keys_;  // Span id and kind.
  absl::flat_hash_set<std::string> span_ids_;
  absl::flat_hash_set<std::string> missing_parents_;
  std::vector<std::string> services_;
  bool has_root_ = false;
  const Span* root_ = nullptr;  // In data_; the earliest span if not has_root_.
  std::string root_service_;
  size_t spans_ = 0;
  size_t bytes_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_ASSEMBLY_H_
