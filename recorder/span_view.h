// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A finished span as an exporter sees it: read in place, where it was
// recorded, without a copy.
//
//   for (const SpanView& span : batch.spans) {
//     out << span.name() << " took " << span.duration_nanos() << " ns";
//     span.ForEachAttribute([&](const AttributeView& attribute) { ... });
//   }
//
// A view, and all that it hands out, is valid during the Export() call that it
// was given to. Strings are bytes as the application gave them: an exporter
// whose format wants UTF-8 has to see to it.
#ifndef WAYBILL_RECORDER_SPAN_VIEW_H_
#define WAYBILL_RECORDER_SPAN_VIEW_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "waybill/recorder/attribute.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/packed.h"
#include "waybill/recorder/span_slot.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

class AttributeView {
 public:
  explicit AttributeView(const Entry& entry) : entry_(entry) {}

  absl::string_view key() const { return entry_.key; }
  AttributeValue::Type type() const { return entry_.header.type; }

  // For the types that are not lists; each is defined for its own type only.
  bool bool_value() const { return entry_.value[0] != 0; }
  int64_t int_value() const { return ReadPacked<int64_t>(entry_.value); }
  double double_value() const { return ReadPacked<double>(entry_.value); }
  absl::string_view string_value() const { return entry_.value; }

  // For lists: each element as a value of its own.
  void ForEachElement(
      absl::FunctionRef<void(const AttributeValue&)> visit) const;

 private:
  Entry entry_;
};

using AttributeVisitor = absl::FunctionRef<void(const AttributeView&)>;

class EventView {
 public:
  EventView(const Entry& entry, const ClockAnchor& anchor)
      : entry_(entry), anchor_(anchor) {}

  absl::string_view name() const { return entry_.key; }
  uint64_t unix_nanos() const {
    return anchor_.ToUnixNanos(ReadPacked<uint64_t>(entry_.value));
  }
  uint32_t dropped_attributes() const {
    return ReadPacked<uint32_t>(entry_.value, 8);
  }
  void ForEachAttribute(AttributeVisitor visit) const;

 private:
  Entry entry_;
  const ClockAnchor& anchor_;
};

class LinkView {
 public:
  explicit LinkView(const Entry& entry) : entry_(entry) {}

  // In network order.
  absl::string_view trace_id_bytes() const {
    return entry_.value.substr(0, 16);
  }
  absl::string_view span_id_bytes() const { return entry_.value.substr(16, 8); }
  uint32_t trace_flags() const {
    return ReadPacked<uint32_t>(entry_.value, 24);
  }
  uint32_t dropped_attributes() const {
    return ReadPacked<uint32_t>(entry_.value, 28);
  }
  absl::string_view trace_state() const {
    return entry_.value.substr(kPackedLinkBytes,
                               ReadPacked<uint32_t>(entry_.value, 32));
  }
  void ForEachAttribute(AttributeVisitor visit) const;

 private:
  Entry entry_;
};

class SpanView {
 public:
  // Of a slot that has been collected, which becomes ready to be read: once a
  // slot.
  SpanView(SpanSlot* slot, const ClockAnchor* anchor)
      : slot_(slot), anchor_(anchor), content_bytes_(slot->Seal()) {}

  const TraceId& trace_id() const { return slot_->trace_id; }
  SpanId span_id() const { return slot_->span_id; }
  SpanId parent_span_id() const { return slot_->parent_span_id; }
  bool parent_is_remote() const { return slot_->parent_is_remote; }
  uint8_t trace_flags() const { return slot_->trace_flags; }
  const TraceState& trace_state() const { return slot_->trace_state; }
  SpanKind kind() const { return slot_->kind; }
  StatusCode status() const { return slot_->status; }

  absl::string_view name() const;
  absl::string_view status_message() const;

  uint64_t start_unix_nanos() const { return slot_->StartUnixNanos(*anchor_); }
  uint64_t end_unix_nanos() const { return slot_->EndUnixNanos(*anchor_); }
  uint64_t duration_nanos() const {
    return end_unix_nanos() - start_unix_nanos();
  }

  // What the span shares with others of its kind; null where it has none.
  const SpanTemplate* span_template() const { return slot_->span_template; }

  void ForEachAttribute(AttributeVisitor visit) const;
  void ForEachEvent(absl::FunctionRef<void(const EventView&)> visit) const;
  void ForEachLink(absl::FunctionRef<void(const LinkView&)> visit) const;

  uint32_t dropped_attributes() const { return slot_->dropped_attributes; }
  uint32_t dropped_events() const { return slot_->dropped_events; }
  uint32_t dropped_links() const { return slot_->dropped_links; }

  // For an exporter that goes through everything once: the raw entries, as
  // packed.h describes them, without those of the template.
  EntryReader entries() const { return EntryReader(slot_->packed()); }
  // Of all entries, with their keys in full.
  size_t content_bytes() const { return content_bytes_; }
  const ClockAnchor& anchor() const { return *anchor_; }

 private:
  absl::string_view Text(EntryTag tag) const;

  const SpanSlot* slot_;
  const ClockAnchor* anchor_;
  size_t content_bytes_;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_VIEW_H_
