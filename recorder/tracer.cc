// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/tracer.h"

#include "waybill/recorder/packed.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/span_slot.h"
#include "waybill/recorder/thread_state.h"

namespace waybill {

const SpanTemplate* MakeSpanTemplate(
    absl::string_view name, SpanKind kind,
    std::initializer_list<Attribute> attributes) {
  static std::atomic<uint32_t> next_id{0};
  auto* made = new SpanTemplate;
  made->id = next_id.fetch_add(1, std::memory_order_relaxed);
  made->kind = kind;
  made->name = std::string(name);
  made->attribute_count = static_cast<uint32_t>(attributes.size());
  AppendPackedAttributes(attributes, &made->packed_attributes);
  return made;
}

std::atomic<Tracer*> Tracer::default_{nullptr};

// Without the lock of a function's static, at which a child that was forked
// meanwhile would wait for ever.
Tracer& Tracer::Noop() {
  static std::atomic<Tracer*> noop{nullptr};
  Tracer* tracer = noop.load(std::memory_order_acquire);
  if (tracer != nullptr) return *tracer;
  auto made =
      std::make_unique<Tracer>(nullptr, 0, AlwaysOff(), SpanLimits(), nullptr);
  if (noop.compare_exchange_strong(tracer, made.get())) return *made.release();
  return *tracer;
}

Tracer::Tracer(SlotPool* pool, uint32_t session,
               std::unique_ptr<Sampler> sampler, SpanLimits limits,
               Clock* clock)
    : pool_(pool),
      sampler_(std::move(sampler)),
      follows_parent_(sampler_->FollowsParent()),
      limits_(limits),
      clock_(clock),
      session_(session),
      enabled_(pool != nullptr) {}

Span Tracer::StartSpan(absl::string_view name, const StartOptions& options) {
  const absl::Time* start =
      options.start_time.has_value() ? &*options.start_time : nullptr;
  if (options.parent.has_value()) {
    return Start(name, nullptr, options.kind, *options.parent, start);
  }
  const Scope* scope = ThreadState::current_scope();
  if (scope != nullptr) {
    return Start(name, nullptr, options.kind, scope->span().context(), start);
  }
  return Start(name, nullptr, options.kind, SpanContext(), start);
}

Span Tracer::StartSpan(const SpanTemplate& span_template,
                       const SpanContext& parent) {
  return Start(span_template.name, &span_template, span_template.kind, parent,
               nullptr);
}

// Everything here runs in every call that is traced: it is one function, and
// what it calls is inline.
Span Tracer::Start(absl::string_view name, const SpanTemplate* span_template,
                   SpanKind kind, const SpanContext& parent,
                   const absl::Time* start_time) {
  if (!enabled()) return Span(parent, nullptr, 0);
  ThreadState& thread = ThreadState::Get();
  // Of an invalid parent nothing is taken over, not even a valid half.
  const bool has_parent = parent.IsValid();
  const TraceId trace_id = has_parent ? parent.trace_id() : thread.NewTraceId();
  const bool sampled =
      has_parent && follows_parent_
          ? parent.IsSampled()
          : sampler_->ShouldSample({parent, trace_id, name, kind});
  // A new id even where nothing is recorded, as OpenTelemetry wants it: logs
  // may refer to it.
  const SpanId span_id = thread.NewSpanId();
  const uint8_t random_flag =
      has_parent ? parent.trace_flags() & kRandomFlag : kRandomFlag;
  if (!sampled) {
    pool_->CountNotSampled(thread.shard());
    return Span(SpanContext(trace_id, span_id, random_flag, false,
                            has_parent ? parent.trace_state() : TraceState()),
                nullptr, 0);
  }
  const uint8_t flags = random_flag | kSampledFlag;
  SpanSlot* const slot = pool_->Take(thread.shard());
  if (__builtin_expect(slot != nullptr, 1)) {
    slot->Reset(has_parent ? parent.trace_state() : TraceState());
    slot->pool = pool_;
    slot->limits = &limits_;
    slot->clock = clock_;
    slot->session = session_;
    slot->trace_id = trace_id;
    slot->span_id = span_id;
    slot->parent_span_id = has_parent ? parent.span_id() : SpanId();
    slot->trace_flags = flags;
    slot->kind = kind;
    slot->parent_is_remote = has_parent && parent.IsRemote();
    slot->is_local_root = !has_parent || parent.IsRemote();
    slot->span_template = span_template;
    if (span_template == nullptr) slot->SetFirstName(name);
    if (__builtin_expect(start_time == nullptr, 1)) {
      slot->start_ticks = slot->Now();
    } else {
      slot->SetStart(*start_time);
    }
  }
  return Span(SpanContext(trace_id, span_id, flags, false,
                          has_parent ? parent.trace_state() : TraceState()),
              slot, slot != nullptr ? slot->generation() : 0);
}

}  // namespace waybill
