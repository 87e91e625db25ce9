// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "waybill/viewer/span.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;

constexpr int kIncompleteQuietFactor = 4;

// When the trace will count as finished if it does not grow any more.
absl::Time SettlesAt(const TraceAssembly& trace, absl::Time updated,
                     const SettleOptions& settle) {
  if (trace.spans() < settle.min_spans) return absl::InfiniteFuture();
  return updated +
         (trace.IsComplete() ? 1 : kIncompleteQuietFactor) * settle.quiet;
}

}  // namespace

TraceStore::TraceStore(TraceStoreOptions options) : options_(options) {}

AddResult TraceStore::Add(
    const google::protobuf::RepeatedPtrField<otlp::ResourceSpans>& batches) {
  AddResult result;
  absl::MutexLock lock(&mutex_);
  for (const otlp::ResourceSpans& batch : batches) {
    for (const otlp::ScopeSpans& scope : batch.scope_spans()) {
      for (const otlp::Span& span : scope.spans()) {
        AddSpan(batch, scope, span, &result);
      }
    }
  }
  grown_.SignalAll();
  return result;
}

void TraceStore::AddSpan(const otlp::ResourceSpans& batch,
                         const otlp::ScopeSpans& scope, const otlp::Span& span,
                         AddResult* result) {
  ++counters_.received;
  const std::string trace_id = IdToHex(span.trace_id());
  if (trace_id.empty()) {
    ++counters_.no_trace_id;
    ++result->refused;
    result->reason = "a span had no usable trace id";
    return;
  }
  Entry& entry = FindOrMake(trace_id);
  const size_t bytes_before = entry.trace.bytes();
  switch (entry.trace.Add(batch, scope, span)) {
    case TraceAssembly::Outcome::kAdded:
      entry.updated = absl::Now();
      bytes_ += entry.trace.bytes() - bytes_before;
      break;
    case TraceAssembly::Outcome::kDuplicate:
      ++counters_.duplicates;
      break;
    case TraceAssembly::Outcome::kFull:
      ++counters_.over_limits;
      ++result->refused;
      result->reason = "a trace is as large as the viewer keeps them";
      break;
  }
  EvictDownToLimits();
}

TraceStore::Entry& TraceStore::FindOrMake(const std::string& trace_id) {
  const auto found = by_id_.find(trace_id);
  if (found != by_id_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return *found->second;
  }
  const TraceAssembly::Limits limits = {options_.max_spans_per_trace,
                                        options_.max_bytes / 4};
  entries_.push_front(
      Entry{TraceAssembly(trace_id, limits), next_sequence_++, absl::Now()});
  by_id_[trace_id] = entries_.begin();
  return entries_.front();
}

// Never evicts the entry in front, which a caller has in its hands.
void TraceStore::EvictDownToLimits() {
  while (entries_.size() > 1 && (entries_.size() > options_.max_traces ||
                                 bytes_ > options_.max_bytes)) {
    const Entry& oldest = entries_.back();
    ++counters_.evicted_traces;
    counters_.evicted += oldest.trace.spans();
    bytes_ -= oldest.trace.bytes();
    by_id_.erase(oldest.trace.trace_id());
    entries_.pop_back();
  }
}

const TraceStore::Entry* TraceStore::Find(absl::string_view trace_id) const {
  if (!trace_id.empty()) {
    const auto found = by_id_.find(trace_id);
    return found == by_id_.end() ? nullptr : &*found->second;
  }
  const Entry* newest = nullptr;
  for (const Entry& entry : entries_) {
    if (newest == nullptr || entry.sequence > newest->sequence) newest = &entry;
  }
  return newest;
}

std::vector<TraceSummary> TraceStore::List() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<const Entry*> newest_first;
  for (const Entry& entry : entries_) newest_first.push_back(&entry);
  std::sort(
      newest_first.begin(), newest_first.end(),
      [](const Entry* a, const Entry* b) { return a->sequence > b->sequence; });
  std::vector<TraceSummary> summaries;
  for (const Entry* entry : newest_first) {
    summaries.push_back(entry->trace.Summary());
  }
  return summaries;
}

absl::optional<StoredTrace> TraceStore::Get(absl::string_view trace_id) const {
  absl::ReaderMutexLock lock(&mutex_);
  const Entry* entry = trace_id.empty() ? nullptr : Find(trace_id);
  if (entry == nullptr) return absl::nullopt;
  return StoredTrace{entry->trace.Summary(), entry->trace.data()};
}

std::vector<std::string> TraceStore::IdsStartingWith(
    absl::string_view prefix) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<std::string> ids;
  for (const Entry& entry : entries_) {
    if (absl::StartsWith(entry.trace.trace_id(), prefix)) {
      ids.push_back(entry.trace.trace_id());
    }
  }
  return ids;
}

std::string TraceStore::LastId() const {
  absl::ReaderMutexLock lock(&mutex_);
  const Entry* newest = Find("");
  return newest == nullptr ? std::string() : newest->trace.trace_id();
}

bool TraceStore::WaitUntilSettled(absl::string_view trace_id,
                                  SettleOptions settle,
                                  absl::Duration timeout) const {
  const absl::Time deadline = absl::Now() + timeout;
  absl::MutexLock lock(&mutex_);
  while (true) {
    const Entry* entry = Find(trace_id);
    const absl::Time settles_at =
        entry == nullptr ? absl::InfiniteFuture()
                         : SettlesAt(entry->trace, entry->updated, settle);
    const absl::Time now = absl::Now();
    if (settles_at <= now) return true;
    if (deadline <= now) return false;
    grown_.WaitWithDeadline(&mutex_, std::min(settles_at, deadline));
  }
}

std::vector<TraceSummary> TraceStore::TakeSettled(SettleOptions settle) {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = absl::Now();
  std::vector<Entry*> settled;
  for (Entry& entry : entries_) {
    if (entry.taken || SettlesAt(entry.trace, entry.updated, settle) > now) {
      continue;
    }
    entry.taken = true;
    settled.push_back(&entry);
  }
  std::sort(settled.begin(), settled.end(), [](const Entry* a, const Entry* b) {
    return a->sequence < b->sequence;
  });
  std::vector<TraceSummary> summaries;
  for (const Entry* entry : settled) {
    summaries.push_back(entry->trace.Summary());
  }
  return summaries;
}

StoreCounters TraceStore::Counters() const {
  absl::ReaderMutexLock lock(&mutex_);
  return counters_;
}

size_t TraceStore::Bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace waybill
