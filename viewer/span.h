// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One trace's spans as the viewer works with them, read from OTLP messages
// that nobody has checked.
//
//   waybill::ViewTrace trace = waybill::ReadTrace(data, trace_id);
//   for (const waybill::ViewSpan& span : trace.spans) {
//     std::cout << span.service << " " << span.name << "\n";
//   }
//
// Plain values: share them between threads as any struct.
//
// Reading never fails. What a span should have and has not is filled in and
// told in its problems: text is cut to kMaxTextBytes and made UTF-8, an id of
// another length than it should have is kept if it has 1 to 32 bytes, a span
// that ends before it starts takes no time.
// Ids are lower-case hexadecimal digits; times are nanoseconds since 1970, as
// the sender's clock had them.
#ifndef WAYBILL_VIEWER_SPAN_H_
#define WAYBILL_VIEWER_SPAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "viewer/otlp/trace.pb.h"

namespace waybill {

inline constexpr size_t kMaxTextBytes = 8192;
inline constexpr size_t kMaxIdBytes = 32;
// Attributes, events or links of one span.
inline constexpr size_t kMaxShown = 1000;

// Numbered as in OTLP.
enum class ViewKind {
  kUnspecified = 0,
  kInternal = 1,
  kServer = 2,
  kClient = 3,
  kProducer = 4,
  kConsumer = 5,
};

enum class ViewStatus { kUnset = 0, kOk = 1, kError = 2 };

enum class ValueType {
  kEmpty,
  kText,
  kBool,
  kInt,
  kDouble,
  kBytes,
  kArray,
  kMap
};

struct ViewAttribute {
  std::string key;
  std::string text;  // The value as people read it.
  ValueType type = ValueType::kEmpty;
};

struct ViewEvent {
  std::string name;
  int64_t time = 0;
  std::vector<ViewAttribute> attributes;
};

struct ViewLink {
  std::string trace_id;
  std::string span_id;
  std::vector<ViewAttribute> attributes;
};

// A process: two resources that differ only in attributes of Waybill's own,
// which count as the process runs, are the same one.
struct ViewResource {
  std::string service;  // "unknown_service" where the sender named none.
  std::vector<ViewAttribute> attributes;
  // The process's own count, in waybill.spans.dropped on the resource or a
  // scope; the largest that it sent.
  int64_t lost_spans = 0;
};

struct ViewSpan {
  std::string span_id;    // Empty where missing or not usable.
  std::string parent_id;  // Empty for a root.
  std::string name;
  ViewKind kind = ViewKind::kUnspecified;
  size_t resource = 0;  // Which of the trace's resources.
  std::string service;
  std::string scope;
  int64_t start = 0;
  int64_t end = 0;  // Never before start.
  ViewStatus status = ViewStatus::kUnset;
  std::string status_message;
  std::vector<ViewAttribute> attributes;
  std::vector<ViewEvent> events;
  std::vector<ViewLink> links;
  // Attributes, events and links that the sender had to leave out.
  int64_t dropped_details = 0;
  std::vector<std::string> problems;
};

struct ViewTrace {
  std::string trace_id;
  std::vector<ViewResource> resources;
  std::vector<ViewSpan> spans;  // In the order in which they came.
};

// The spans of data that are in the trace with that id.
ViewTrace ReadTrace(const opentelemetry::proto::trace::v1::TracesData& data,
                    absl::string_view trace_id);

// One span by itself; resource, service and scope are left empty.
ViewSpan ReadSpan(const opentelemetry::proto::trace::v1::Span& message);

// An id of the wire as digits; empty where it has no bytes, more than
// kMaxIdBytes or no bit set.
std::string IdToHex(absl::string_view bytes);

// A time of the wire as a number that can be added and subtracted without
// overflow: what is past the year 2116 becomes that.
int64_t ReadTime(uint64_t unix_nanos);

// The service that a resource names.
std::string ServiceName(
    const opentelemetry::proto::resource::v1::Resource& resource);

// The attribute's text; empty where there is none.
absl::string_view AttributeText(const std::vector<ViewAttribute>& attributes,
                                absl::string_view key);

// "CLIENT", "SERVER", ...
absl::string_view KindName(ViewKind kind);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_SPAN_H_
