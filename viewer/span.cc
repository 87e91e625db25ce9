// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/span.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "waybill/viewer/attribute_text.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;
using opentelemetry::proto::resource::v1::Resource;

constexpr absl::string_view kOwnPrefix = "waybill.";
constexpr absl::string_view kLostSpans = "waybill.spans.dropped";

int64_t LostSpans(const std::vector<ViewAttribute>& attributes) {
  int64_t lost = 0;
  if (!absl::SimpleAtoi(AttributeText(attributes, kLostSpans), &lost)) return 0;
  return std::max<int64_t>(lost, 0);
}

// What tells one process from another. Each part carries its length, so that
// no value can pass for another pair.
std::string ProcessKey(const std::vector<ViewAttribute>& attributes) {
  std::string key;
  for (const ViewAttribute& attribute : attributes) {
    if (absl::StartsWith(attribute.key, kOwnPrefix)) continue;
    absl::StrAppend(&key, attribute.key.size(), ":", attribute.key,
                    attribute.text.size(), ":", attribute.text);
  }
  return key;
}

std::string ReadId(absl::string_view bytes, size_t expected_bytes,
                   absl::string_view what, ViewSpan* span) {
  std::string id = IdToHex(bytes);
  if (!bytes.empty() && bytes.size() != expected_bytes) {
    span->problems.push_back(absl::StrCat(
        what, " has ", bytes.size(), " bytes instead of ", expected_bytes));
  }
  return id;
}

void ReadTimes(const otlp::Span& message, ViewSpan* span) {
  span->start = ReadTime(message.start_time_unix_nano());
  span->end = ReadTime(message.end_time_unix_nano());
  if (span->start == 0) {
    span->problems.push_back("no start time");
    span->start = span->end;
  } else if (span->end == 0) {
    span->problems.push_back("no end time");
    span->end = span->start;
  } else if (span->end < span->start) {
    span->problems.push_back(absl::StrCat(
        "ends ", FormatDuration(span->start - span->end), " before it starts"));
    span->end = span->start;
  }
}

void NoteIfTooMany(int count, absl::string_view what, ViewSpan* span) {
  if (count <= static_cast<int>(kMaxShown)) return;
  span->problems.push_back(absl::StrCat("has ", FormatCount(count), " ", what,
                                        ": the first ", FormatCount(kMaxShown),
                                        " are shown"));
}

void ReadDetails(const otlp::Span& message, ViewSpan* span) {
  NoteIfTooMany(message.attributes_size(), "attributes", span);
  NoteIfTooMany(message.events_size(), "events", span);
  NoteIfTooMany(message.links_size(), "links", span);
  span->attributes = ReadAttributes(message.attributes());
  span->dropped_details = int64_t{message.dropped_attributes_count()} +
                          message.dropped_events_count() +
                          message.dropped_links_count();
  for (const otlp::Span::Event& event : message.events()) {
    if (span->events.size() == kMaxShown) break;
    span->dropped_details += event.dropped_attributes_count();
    span->events.push_back({CleanUtf8(event.name(), kMaxTextBytes),
                            ReadTime(event.time_unix_nano()),
                            ReadAttributes(event.attributes())});
  }
  for (const otlp::Span::Link& link : message.links()) {
    if (span->links.size() == kMaxShown) break;
    span->dropped_details += link.dropped_attributes_count();
    span->links.push_back({IdToHex(link.trace_id()), IdToHex(link.span_id()),
                           ReadAttributes(link.attributes())});
  }
}

class TraceReader {
 public:
  explicit TraceReader(absl::string_view trace_id) {
    trace_.trace_id = std::string(trace_id);
  }

  void Read(const otlp::ResourceSpans& batch) {
    const std::vector<ViewAttribute> attributes =
        ReadAttributes(batch.resource().attributes());
    for (const otlp::ScopeSpans& scope : batch.scope_spans()) {
      const int64_t lost =
          std::max(LostSpans(attributes),
                   LostSpans(ReadAttributes(scope.scope().attributes())));
      for (const otlp::Span& message : scope.spans()) {
        if (IdToHex(message.trace_id()) != trace_.trace_id) continue;
        const size_t resource = ResourceIndex(batch.resource(), attributes);
        ViewResource& process = trace_.resources[resource];
        process.lost_spans = std::max(process.lost_spans, lost);
        ViewSpan span = ReadSpan(message);
        span.resource = resource;
        span.service = process.service;
        span.scope = CleanUtf8(scope.scope().name(), kMaxTextBytes);
        trace_.spans.push_back(std::move(span));
      }
    }
  }

  ViewTrace Take() { return std::move(trace_); }

 private:
  size_t ResourceIndex(const Resource& resource,
                       const std::vector<ViewAttribute>& attributes) {
    const auto inserted = index_by_process_.emplace(ProcessKey(attributes),
                                                    trace_.resources.size());
    if (inserted.second) {
      trace_.resources.push_back({ServiceName(resource), attributes, 0});
    }
    return inserted.first->second;
  }

  ViewTrace trace_;
  absl::flat_hash_map<std::string, size_t> index_by_process_;
};

}  // namespace

ViewTrace ReadTrace(const otlp::TracesData& data, absl::string_view trace_id) {
  TraceReader reader(trace_id);
  for (const otlp::ResourceSpans& batch : data.resource_spans()) {
    reader.Read(batch);
  }
  return reader.Take();
}

ViewSpan ReadSpan(const otlp::Span& message) {
  ViewSpan span;
  span.span_id = ReadId(message.span_id(), 8, "span id", &span);
  if (span.span_id.empty()) span.problems.push_back("no span id");
  span.parent_id = ReadId(message.parent_span_id(), 8, "parent id", &span);
  span.name = CleanUtf8(message.name(), kMaxTextBytes);
  if (span.name.empty()) span.name = "(no name)";
  if (otlp::Span::SpanKind_IsValid(message.kind())) {
    span.kind = static_cast<ViewKind>(message.kind());
  }
  if (otlp::Status::StatusCode_IsValid(message.status().code())) {
    span.status = static_cast<ViewStatus>(message.status().code());
  }
  span.status_message = CleanUtf8(message.status().message(), kMaxTextBytes);
  ReadTimes(message, &span);
  ReadDetails(message, &span);
  return span;
}

std::string IdToHex(absl::string_view bytes) {
  const bool all_zero = std::all_of(bytes.begin(), bytes.end(),
                                    [](char byte) { return byte == 0; });
  if (all_zero || bytes.size() > kMaxIdBytes) return std::string();
  return absl::BytesToHexString(bytes);
}

int64_t ReadTime(uint64_t unix_nanos) {
  constexpr uint64_t kLatest = (uint64_t{1} << 62) - 1;
  return static_cast<int64_t>(std::min(unix_nanos, kLatest));
}

std::string ServiceName(const Resource& resource) {
  for (const auto& attribute : resource.attributes()) {
    if (attribute.key() != "service.name") continue;
    std::string name = ReadAttribute(attribute).text;
    if (!name.empty()) return name;
  }
  return "unknown_service";
}

absl::string_view AttributeText(const std::vector<ViewAttribute>& attributes,
                                absl::string_view key) {
  for (const ViewAttribute& attribute : attributes) {
    if (attribute.key == key) return attribute.text;
  }
  return absl::string_view();
}

absl::string_view KindName(ViewKind kind) {
  switch (kind) {
    case ViewKind::kUnspecified:
      return "UNSPECIFIED";
    case ViewKind::kInternal:
      return "INTERNAL";
    case ViewKind::kServer:
      return "SERVER";
    case ViewKind::kClient:
      return "CLIENT";
    case ViewKind::kProducer:
      return "PRODUCER";
    case ViewKind::kConsumer:
      return "CONSUMER";
  }
  return "UNSPECIFIED";
}

}  // namespace waybill
