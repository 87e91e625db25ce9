// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/span_view.h"

namespace waybill {
namespace {

void ForEachAttributeIn(absl::string_view packed, AttributeVisitor visit) {
  Entry entry;
  for (EntryReader reader(packed); reader.Next(&entry);) {
    if (entry.header.tag == EntryTag::kAttribute) visit(AttributeView(entry));
  }
}

}  // namespace

void AttributeView::ForEachElement(
    absl::FunctionRef<void(const AttributeValue&)> visit) const {
  const absl::string_view value = entry_.value;
  size_t at = 0;
  while (at < value.size()) {
    switch (type()) {
      case AttributeValue::Type::kBoolList:
        visit(value[at] != 0);
        at += 1;
        break;
      case AttributeValue::Type::kIntList:
        visit(ReadPacked<int64_t>(value, at));
        at += 8;
        break;
      case AttributeValue::Type::kDoubleList:
        visit(ReadPacked<double>(value, at));
        at += 8;
        break;
      case AttributeValue::Type::kStringList: {
        const uint32_t size = ReadPacked<uint32_t>(value, at);
        visit(value.substr(at + 4, size));
        at += 4 + size;
        break;
      }
      default:
        return;
    }
  }
}

void EventView::ForEachAttribute(AttributeVisitor visit) const {
  ForEachAttributeIn(entry_.value.substr(kPackedEventBytes), visit);
}

void LinkView::ForEachAttribute(AttributeVisitor visit) const {
  ForEachAttributeIn(
      entry_.value.substr(kPackedLinkBytes + trace_state().size()), visit);
}

absl::string_view SpanView::Text(EntryTag tag) const {
  Entry entry;
  for (EntryReader reader = entries(); reader.Next(&entry);) {
    if (entry.header.tag == tag) return entry.value;
  }
  return {};
}

absl::string_view SpanView::name() const {
  const absl::string_view own = Text(EntryTag::kName);
  if (!own.empty() || span_template() == nullptr) return own;
  return span_template()->name;
}

absl::string_view SpanView::status_message() const {
  return Text(EntryTag::kStatus);
}

void SpanView::ForEachAttribute(AttributeVisitor visit) const {
  if (span_template() != nullptr) {
    ForEachAttributeIn(span_template()->packed_attributes, visit);
  }
  ForEachAttributeIn(slot_->packed(), visit);
}

void SpanView::ForEachEvent(
    absl::FunctionRef<void(const EventView&)> visit) const {
  Entry entry;
  for (EntryReader reader = entries(); reader.Next(&entry);) {
    if (entry.header.tag == EntryTag::kEvent) visit(EventView(entry, *anchor_));
  }
}

void SpanView::ForEachLink(
    absl::FunctionRef<void(const LinkView&)> visit) const {
  Entry entry;
  for (EntryReader reader = entries(); reader.Next(&entry);) {
    if (entry.header.tag == EntryTag::kLink) visit(LinkView(entry));
  }
}

}  // namespace waybill
