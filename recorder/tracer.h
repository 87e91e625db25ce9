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
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  Span StartSpan(absl::string_view name, const StartOptions& options = {});

  // The way that costs least; for instrumentation. parent may be invalid.
  Span StartSpan(const SpanTemplate& span_template, const SpanContext& parent);

  // False after the shutdown of its recorder.
  bool enabled() const { return enabled_.load(std::memory_order_relaxed); }
  void Disable() { enabled_.store(false, std::memory_order_relaxed); }

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
  Span Start(absl::string_view name, const SpanTemplate* span_template,
             SpanKind kind, const SpanContext& parent,
             const absl::Time* start_time);

  static std::atomic<Tracer*> default_;  // null: the no-op one

  SlotPool* const pool_;  // null in the tracer that records nothing
  const std::unique_ptr<const Sampler> sampler_;
  const SpanLimits limits_;
  Clock* const clock_;
  const uint32_t session_;
  std::atomic<bool> enabled_;
};

inline Span StartSpan(absl::string_view name,
                      const StartOptions& options = {}) {
  return Tracer::Default().StartSpan(name, options);
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_TRACER_H_
