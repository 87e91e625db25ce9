// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_assembly.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/span.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;

constexpr size_t kMaxServices = 32;
// What the sets and maps below hold for a span besides the message.
constexpr size_t kIndexBytesPerSpan = 256;

std::string PlaceKey(const otlp::ResourceSpans& batch,
                     const otlp::ScopeSpans& scope) {
  const std::string resource = batch.resource().SerializeAsString();
  return absl::StrCat(resource.size(), ":", resource,
                      scope.scope().SerializeAsString());
}

}  // namespace

TraceAssembly::TraceAssembly(std::string trace_id, Limits limits)
    : trace_id_(std::move(trace_id)), limits_(limits) {}

TraceAssembly::Outcome TraceAssembly::Add(const ResourceSpans& batch,
                                          const ScopeSpans& scope,
                                          const Span& span) {
  const bool has_id = !IdToHex(span.span_id()).empty();
  std::string key =
      has_id ? absl::StrCat(span.kind(), ":", span.span_id()) : std::string();
  if (has_id && keys_.contains(key)) {
    ++duplicates_;
    return Outcome::kDuplicate;
  }
  std::string place_key = PlaceKey(batch, scope);
  const auto place = places_.find(place_key);
  size_t bytes = span.SpaceUsedLong() + kIndexBytesPerSpan;
  if (place == places_.end()) {
    bytes += place_key.size() + batch.resource().SpaceUsedLong() +
             scope.scope().SpaceUsedLong();
  }
  if (spans_ >= limits_.max_spans || bytes_ + bytes > limits_.max_bytes) {
    ++refused_;
    return Outcome::kFull;
  }

  ScopeSpans* kept_scope = nullptr;
  if (place != places_.end()) {
    kept_scope = place->second;
  } else {
    ResourceSpans* kept_batch = data_.add_resource_spans();
    *kept_batch->mutable_resource() = batch.resource();
    kept_scope = kept_batch->add_scope_spans();
    *kept_scope->mutable_scope() = scope.scope();
    places_.emplace(std::move(place_key), kept_scope);
  }
  Span* kept = kept_scope->add_spans();
  *kept = span;
  if (has_id) keys_.insert(std::move(key));
  ++spans_;
  bytes_ += bytes;
  NoteParentage(*kept);
  NoteService(batch);
  NoteRoot(batch, *kept);
  return Outcome::kAdded;
}

void TraceAssembly::NoteParentage(const Span& span) {
  span_ids_.insert(span.span_id());
  missing_parents_.erase(span.span_id());
  if (!IdToHex(span.parent_span_id()).empty() &&
      !span_ids_.contains(span.parent_span_id())) {
    missing_parents_.insert(span.parent_span_id());
  }
}

void TraceAssembly::NoteRoot(const ResourceSpans& batch, const Span& span) {
  const bool is_root = IdToHex(span.parent_span_id()).empty();
  const bool earlier = root_ == nullptr || span.start_time_unix_nano() <
                                               root_->start_time_unix_nano();
  if (is_root ? (!has_root_ || earlier) : (!has_root_ && earlier)) {
    root_ = &span;
    root_service_ = ServiceName(batch.resource());
  }
  has_root_ |= is_root;
}

void TraceAssembly::NoteService(const ResourceSpans& batch) {
  if (services_.size() >= kMaxServices) return;
  std::string name = ServiceName(batch.resource());
  if (std::find(services_.begin(), services_.end(), name) == services_.end()) {
    services_.push_back(std::move(name));
  }
}

TraceSummary TraceAssembly::Summary() const {
  TraceSummary summary;
  summary.trace_id = trace_id_;
  summary.services = services_;
  summary.spans = spans_;
  summary.complete = IsComplete();
  summary.duplicates = duplicates_;
  summary.refused = refused_;
  if (root_ == nullptr) return summary;
  const ViewSpan root = ReadSpan(*root_);
  summary.root_name = root.name;
  summary.root_service = root_service_;
  summary.start = root.start;
  summary.end = root.end;
  summary.status = StatusText(root);
  summary.failed = HasFailed(root);
  return summary;
}

}  // namespace waybill
