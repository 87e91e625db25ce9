// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/in_memory_exporter.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace waybill {
namespace {

std::string ElementText(const AttributeValue& value) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      return value.bool_value() ? "true" : "false";
    case AttributeValue::Type::kInt:
      return absl::StrCat(value.int_value());
    case AttributeValue::Type::kDouble:
      return absl::StrCat(value.double_value());
    default:
      return std::string(value.string_value());
  }
}

std::string ValueText(const AttributeView& attribute) {
  switch (attribute.type()) {
    case AttributeValue::Type::kBool:
      return ElementText(attribute.bool_value());
    case AttributeValue::Type::kInt:
      return ElementText(attribute.int_value());
    case AttributeValue::Type::kDouble:
      return ElementText(attribute.double_value());
    case AttributeValue::Type::kString:
      return std::string(attribute.string_value());
    default:
      break;
  }
  std::vector<std::string> elements;
  attribute.ForEachElement([&](const AttributeValue& element) {
    elements.push_back(ElementText(element));
  });
  return absl::StrCat("[", absl::StrJoin(elements, ","), "]");
}

template <typename View>
FinishedSpan::Attributes CopyAttributes(const View& view) {
  FinishedSpan::Attributes attributes;
  view.ForEachAttribute([&](const AttributeView& attribute) {
    attributes[std::string(attribute.key())] = ValueText(attribute);
  });
  return attributes;
}

}  // namespace

FinishedSpan CopySpan(const SpanView& view) {
  FinishedSpan span;
  span.trace_id = view.trace_id();
  span.span_id = view.span_id();
  span.parent_span_id = view.parent_span_id();
  span.parent_is_remote = view.parent_is_remote();
  span.trace_flags = view.trace_flags();
  span.trace_state = std::string(view.trace_state().ToString());
  span.name = std::string(view.name());
  span.kind = view.kind();
  span.status = view.status();
  span.status_message = std::string(view.status_message());
  span.start_unix_nanos = view.start_unix_nanos();
  span.end_unix_nanos = view.end_unix_nanos();
  span.attributes = CopyAttributes(view);
  view.ForEachEvent([&](const EventView& event) {
    span.events.push_back({std::string(event.name()), event.unix_nanos(),
                           CopyAttributes(event), event.dropped_attributes()});
  });
  view.ForEachLink([&](const LinkView& link) {
    span.links.push_back({absl::BytesToHexString(link.trace_id_bytes()),
                          absl::BytesToHexString(link.span_id_bytes()),
                          link.trace_flags(), std::string(link.trace_state()),
                          CopyAttributes(link), link.dropped_attributes()});
  });
  span.dropped_attributes = view.dropped_attributes();
  span.dropped_events = view.dropped_events();
  span.dropped_links = view.dropped_links();
  return span;
}

std::vector<FinishedSpan> FinishedSpans::Get() const {
  MutexLock lock(&mutex_);
  return spans_;
}

std::vector<FinishedSpan> FinishedSpans::Named(absl::string_view name) const {
  MutexLock lock(&mutex_);
  std::vector<FinishedSpan> named;
  for (const FinishedSpan& span : spans_) {
    if (span.name == name) named.push_back(span);
  }
  return named;
}

void FinishedSpans::Clear() {
  MutexLock lock(&mutex_);
  spans_.clear();
}

ExportResult InMemoryExporter::Export(const SpanBatch& batch) {
  MutexLock lock(&spans_->mutex_);
  for (const SpanView& view : batch.spans) {
    spans_->spans_.push_back(CopySpan(view));
  }
  return {};
}

}  // namespace waybill
