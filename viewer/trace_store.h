// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The traces that a viewer holds: a bounded number of them, in memory, put
// together from batches that come from many processes in any order.
//
//   waybill::TraceStore store{waybill::TraceStoreOptions()};
//   store.Add(request.resource_spans());
//   absl::optional<waybill::StoredTrace> trace = store.Get(store.LastId());
//
// Safe from any thread.
//
// Limits: a new trace past max_traces, or spans past max_bytes, evict the
// traces that were updated longest ago. What a trace may not hold (more than
// max_spans_per_trace, or more than a quarter of max_bytes) and spans without
// a usable trace id are refused. A span that came before, told by its id and
// kind, is ignored: exporters send a batch again when the answer was lost.
// All of it is counted.
#ifndef WAYBILL_VIEWER_TRACE_STORE_H_
#define WAYBILL_VIEWER_TRACE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "viewer/otlp/trace.pb.h"
#include "waybill/viewer/trace_assembly.h"

namespace waybill {

struct TraceStoreOptions {
  size_t max_traces = 1000;
  size_t max_spans_per_trace = 10000;
  size_t max_bytes = size_t{256} << 20;
};

// Of spans, except for evicted_traces. received is the sum of those that are
// held and of the others here.
struct StoreCounters {
  uint64_t received = 0;
  uint64_t duplicates = 0;
  uint64_t no_trace_id = 0;
  uint64_t over_limits = 0;  // Their trace was full.
  uint64_t evicted = 0;      // Held for a time, and gone with their trace.
  uint64_t evicted_traces = 0;
};

struct StoredTrace {
  TraceSummary summary;
  opentelemetry::proto::trace::v1::TracesData data;
};

struct AddResult {
  uint64_t refused = 0;
  std::string reason;  // Why, for the sender; empty where none was.
};

// When a trace counts as finished: it is complete, has so many spans, and has
// not grown for a while. One that stays incomplete (its caller was not traced)
// counts after four times that while.
struct SettleOptions {
  size_t min_spans = 1;
  absl::Duration quiet = absl::Milliseconds(500);
};

class TraceStore {
 public:
  explicit TraceStore(TraceStoreOptions options);
  TraceStore(const TraceStore&) = delete;
  TraceStore& operator=(const TraceStore&) = delete;

  AddResult Add(const google::protobuf::RepeatedPtrField<
                opentelemetry::proto::trace::v1::ResourceSpans>& batches);

  // Newest first, by when a trace's first span came.
  std::vector<TraceSummary> List() const;

  absl::optional<StoredTrace> Get(absl::string_view trace_id) const;

  // The ids that begin with prefix, so that a person need not type all of one.
  std::vector<std::string> IdsStartingWith(absl::string_view prefix) const;

  // The newest trace; empty where there is none.
  std::string LastId() const;

  // Waits until the trace, or with an empty id whichever is the newest, counts
  // as finished, for timeout at the most. True if it does.
  bool WaitUntilSettled(absl::string_view trace_id, SettleOptions settle,
                        absl::Duration timeout) const;

  // The traces that count as finished and that this did not return before,
  // oldest first.
  std::vector<TraceSummary> TakeSettled(SettleOptions settle);

  StoreCounters Counters() const;
  size_t Bytes() const;

 private:
  struct Entry {
    TraceAssembly trace;
    uint64_t sequence;  // By arrival of the first span.
    absl::Time updated;
    bool taken = false;  // By TakeSettled().
  };

  Entry& FindOrMake(const std::string& trace_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Entry* Find(absl::string_view trace_id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void AddSpan(const opentelemetry::proto::trace::v1::ResourceSpans& batch,
               const opentelemetry::proto::trace::v1::ScopeSpans& scope,
               const opentelemetry::proto::trace::v1::Span& span,
               AddResult* result) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EvictDownToLimits() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const TraceStoreOptions options_;

  mutable absl::Mutex mutex_;
  mutable absl::CondVar grown_;  // Signalled by each Add().
  // The most recently updated first.
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> by_id_
      ABSL_GUARDED_BY(mutex_);
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  StoreCounters counters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_STORE_H_
