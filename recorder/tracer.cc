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

Span Tracer::Start(absl::string_view name, const SpanTemplate* span_template,
                   SpanKind kind, const SpanContext& parent,
                   const absl::Time* start_time) {
  if (!enabled()) return Span(parent, nullptr, 0);
  ThreadState& thread = ThreadState::Get();
  const bool has_parent = parent.IsValid();
  const TraceId trace_id = has_parent ? parent.trace_id() : thread.NewTraceId();
  const bool sampled = sampler_->ShouldSample({parent, trace_id, name, kind});
  const uint8_t flags = static_cast<uint8_t>(
      (has_parent ? parent.trace_flags() & kRandomFlag : kRandomFlag) |
      (sampled ? kSampledFlag : 0));
  const SpanId span_id = thread.NewSpanId();
  SpanContext context(trace_id, span_id, flags, false,
                      has_parent ? parent.trace_state() : TraceState());
  if (!sampled) {
    pool_->CountNotSampled(thread.shard());
    return Span(std::move(context), nullptr, 0);
  }
  SpanSlot* const slot = pool_->Take(thread.shard());
  if (slot == nullptr) return Span(std::move(context), nullptr, 0);
  slot->Reset();
  slot->pool = pool_;
  slot->limits = &limits_;
  slot->clock = clock_;
  slot->session = session_;
  slot->trace_id = trace_id;
  slot->span_id = span_id;
  // Of an invalid parent nothing is taken over, not even the valid half.
  slot->parent_span_id = has_parent ? parent.span_id() : SpanId();
  slot->trace_flags = flags;
  slot->kind = kind;
  slot->parent_is_remote = has_parent && parent.IsRemote();
  slot->is_local_root = !has_parent || parent.IsRemote();
  slot->trace_state = context.trace_state();
  slot->span_template = span_template;
  if (span_template == nullptr) slot->SetText(EntryTag::kName, name);
  slot->start_ticks =
      start_time == nullptr ? slot->Now() : slot->TicksAt(*start_time);
  return Span(std::move(context), slot, slot->generation());
}

}  // namespace waybill
