// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Starts spans.
//
//   waybill::Span span = waybill::StartSpan("cache.get");   // child of current
//
//   waybill::StartOptions options;
//   options.kind = waybill::SpanKind::kConsumer;
//   options.parent = context_from_a_message.span_context;
//   waybill::Span work = waybill::StartSpan("order.process", options);
//
// StartSpan() uses the process's default tracer, which Tracing::Start() sets.
// Before that, and after its shutdown, spans record nothing, and a parent's
// context is still handed on.
//
// Thread-safety: everything here may be called from any thread, at any time,
// static destructors included: tracers are never destroyed.
#ifndef WAYBILL_RECORDER_TRACER_H_
#define WAYBILL_RECORDER_TRACER_H_

#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span.h"
#include "waybill/recorder/span_limits.h"

namespace waybill {

class SlotPool;
struct SlotSettings;
class ThreadState;

// What all spans of one kind of work have in common, such as the calls of one
// RPC method: kept once, and referred to by each span. Exporters may keep what
// they make of it under its id. Never destroyed; so make few.
struct SpanTemplate {
  uint32_t id = 0;  // small numbers, counted up from 0 in this process
  SpanKind kind = SpanKind::kInternal;
  std::string name;
  // Packed as in a span: see SpanView.
  std::string packed_attributes;
  uint32_t attribute_count = 0;
};

// Attributes of a template come first on its spans, and a span must not set
// the same keys again.
const SpanTemplate* MakeSpanTemplate(
    absl::string_view name, SpanKind kind,
    std::initializer_list<Attribute> attributes);

struct StartOptions {
  SpanKind kind = SpanKind::kInternal;
  // Without a value: the thread's current span. An invalid context makes a
  // root, which is a trace of its own.
  absl::optional<SpanContext> parent;
  // Without a value: now.
  absl::optional<absl::Time> start_time;
};

class Tracer {
 public:
  // Used by Recorder. clock is null for the system's.
  Tracer(SlotPool* pool, uint32_t session, std::unique_ptr<Sampler> sampler,
         SpanLimits limits, Clock* clock);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  Span StartSpan(absl::string_view name) {
    Span span;
    Start(name, &span);
    return span;
  }
  Span StartSpan(absl::string_view name, const StartOptions& options) {
    Span span;
    Start(name, options, &span);
    return span;
  }

  // The ways that cost least; for instrumentation. parent may be invalid.
  Span StartSpan(const SpanTemplate& span_template) {
    Span span;
    Start(span_template, &span);
    return span;
  }
  Span StartSpan(const SpanTemplate& span_template, const SpanContext& parent) {
    Span span;
    Start(span_template, parent, &span);
    return span;
  }

  // False after the shutdown of its recorder.
  bool enabled() const {
    return for_roots_.load(std::memory_order_relaxed) !=
           Sampler::Always::kDisabled;
  }
  void Disable();

  // The one that StartSpan() uses; never null.
  static Tracer& Default() {
    Tracer* tracer = default_.load(std::memory_order_acquire);
    return tracer == nullptr ? Noop() : *tracer;
  }
  // The one that records nothing.
  static Tracer& Noop();
  // Null stands for Noop().
  static void SetDefault(Tracer* tracer) {
    default_.store(tracer, std::memory_order_release);
  }
  // Puts Noop() back, if tracer is the default.
  static void ResetDefault(Tracer* tracer) {
    default_.compare_exchange_strong(tracer, nullptr);
  }

 private:
  struct Ids {
    TraceId trace_id;
    SpanId span_id;
  };
  static Ids NewIds(const SpanContext* parent, ThreadState* thread);

  // span is an empty one. That functions which return nothing can hand over to
  // each other without keeping a frame is worth a dozen instructions.
  void Start(absl::string_view name, Span* span);
  void Start(absl::string_view name, const StartOptions& options, Span* span);
  void Start(const SpanTemplate& span_template, Span* span);
  void Start(const SpanTemplate& span_template, const SpanContext& parent,
             Span* span);
  // In these span_template may be null, and name is used without one. parent is
  // valid, or null for a root.
  void StartWith(absl::string_view name, const SpanTemplate* span_template,
                 const SpanContext* parent, Span* span);
  void StartRoot(absl::string_view name, const SpanTemplate* span_template,
                 Span* span);
  void RecordAlways(absl::string_view name, const SpanTemplate* span_template,
                    const SpanContext* parent, Span* span);
  void RecordElsewhere(absl::string_view name,
                       const SpanTemplate* span_template,
                       const SpanContext* parent, Span* span);
  void RecordInSlot(absl::string_view name, const SpanTemplate* span_template,
                    const SpanContext* parent, Span* span);
  void DropChild(const SpanContext& parent, Span* span);
  void StartOther(absl::string_view name, const SpanTemplate* span_template,
                  const SpanContext* parent, Span* span);
  void StartOfKind(absl::string_view name, const SpanTemplate* span_template,
                   SpanKind kind, const SpanContext* parent, Span* span);
  void Record(const SpanTemplate* span_template, const SpanContext* parent,
              const Ids& ids, const TraceState& state, Span* span);
  void DropRootForRoom(Span* span);
  void DropChildForRoom(const SpanContext& parent, Span* span);
  void DropForRoomSlowly(const SpanContext* parent, Span* span);
  void NoRoom(const SpanContext* parent, const Ids& ids, Span* span);
  void NotRecorded(const SpanContext* parent, const Ids& ids,
                   ThreadState* thread, Span* span);
  Sampler::Always AlwaysFor(const SpanContext* parent) const;

  static std::atomic<Tracer*> default_;  // null: the no-op one

  SlotPool* const pool_;  // null in the tracer that records nothing
  const std::unique_ptr<const Sampler> sampler_;
  std::atomic<Sampler::Always> for_roots_;
  std::atomic<Sampler::Always> for_children_[2];  // of one that is sampled: 1
  const std::unique_ptr<const SlotSettings> settings_;
};

inline Span StartSpan(absl::string_view name) {
  return Tracer::Default().StartSpan(name);
}
inline Span StartSpan(absl::string_view name, const StartOptions& options) {
  return Tracer::Default().StartSpan(name, options);
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_TRACER_H_
