// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A span: one piece of work, from its start to its end, with what is worth
// knowing about it. Span owns the end; SpanRef is a handle to a span that
// somebody else will end.
//
//   waybill::Span span = waybill::StartSpan("postgres.query");
//   span.SetAttribute("db.system.name", "postgresql");
//   if (!ok) span.SetError("connection lost");
//   // ends here, when the Span goes out of scope, or at End()
//
// A span that is not sampled, or for which the recorder had no room, can be
// used like any other: it carries its context on and records nothing.
//
// Thread-safety: every method may be called on the same span from any thread.
// After the span has ended they do nothing, even if its memory has long been
// used for another span. A Span or SpanRef object itself is like an int: not
// to be assigned to while another thread uses that same object.
//
// Cost: a start and an end take some tens of nanoseconds and no allocation.
// Attributes cost least with interned keys (attribute_key.h), several in one
// call. A span holds 368 bytes of name, attributes, events and links; more than
// that comes from malloc, within the recorder's memory. See SpanLimits for
// limits.
#ifndef WAYBILL_RECORDER_SPAN_H_
#define WAYBILL_RECORDER_SPAN_H_

#include <cstdint>
#include <initializer_list>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "waybill/propagation/span_context.h"
#include "waybill/recorder/attribute.h"
#include "waybill/recorder/attribute_key.h"
#include "waybill/recorder/span_kind.h"

namespace waybill {

struct SpanSlot;

class SpanRef {
 public:
  // A span of no trace.
  SpanRef() = default;
  // A span elsewhere, by what it sent here: can be a parent, records nothing.
  explicit SpanRef(SpanContext context) : context_(std::move(context)) {}

  // What a child of this span, here or in another process, needs to know.
  const SpanContext& context() const { return context_; }

  // False where setting anything would be in vain.
  bool IsRecording() const;

  // A key that was set before gets the new value.
  void SetAttribute(AttributeKey key, AttributeValue value) const;
  void SetAttributes(absl::Span<const Attribute> attributes) const;
  void SetAttributes(std::initializer_list<Attribute> attributes) const {
    SetAttributes(absl::MakeConstSpan(attributes.begin(), attributes.size()));
  }

  // Something that happened now, while the span went on.
  void AddEvent(absl::string_view name,
                std::initializer_list<Attribute> attributes = {}) const;

  // A span of this or another trace that has to do with this one but is not
  // its parent, such as each message of a batch.
  void AddLink(const SpanContext& context,
               std::initializer_list<Attribute> attributes = {}) const;

  // An error and its description. Does nothing once SetOk() was called.
  void SetError(absl::string_view description) const;
  // The final word: the work went well, whatever an instrumentation thinks.
  void SetOk() const;

  void UpdateName(absl::string_view name) const;

  // Another handle to the same span.
  SpanRef ref() const { return *this; }

 private:
  friend class Span;
  friend class Tracer;

  SpanRef(SpanContext context, SpanSlot* slot, uint64_t generation)
      : context_(std::move(context)), slot_(slot), generation_(generation) {}

  SpanContext context_;
  SpanSlot* slot_ = nullptr;  // null where nothing is recorded
  uint64_t generation_ = 0;
};

class Span : public SpanRef {
 public:
  Span() = default;
  ~Span() {
    if (slot_ != nullptr) End();
  }

  Span(Span&& other) noexcept
      : SpanRef(std::move(other.context_), std::exchange(other.slot_, nullptr),
                other.generation_) {}
  Span& operator=(Span&& other) noexcept {
    if (this != &other) {
      if (slot_ != nullptr) End();
      SpanRef::operator=(other);
      other.slot_ = nullptr;
    }
    return *this;
  }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  // Ends the span now, or at a time that was measured elsewhere; not before
  // its start, though. Only the first End() of a span counts.
  void End();
  void EndAt(absl::Time time);

 private:
  friend class Tracer;
  using SpanRef::SpanRef;

  void EndOnce(const absl::Time* time);
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_H_
