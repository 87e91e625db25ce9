// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/tracer.h"

#include "waybill/recorder/packed.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/span_slot.h"
#include "waybill/recorder/thread_state.h"

namespace waybill {
namespace {

uint8_t RandomFlagOf(const SpanContext* parent) {
  return parent == nullptr ? kRandomFlag : parent->trace_flags() & kRandomFlag;
}

TraceState StateOf(const SpanContext* parent) {
  return parent == nullptr ? TraceState() : parent->trace_state();
}

// The context of the thread's current span; null where there is none.
const SpanContext* CurrentParent() {
  const Scope* scope = ThreadState::current_scope();
  return scope == nullptr ? nullptr : &scope->span().context();
}

}  // namespace

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
      for_roots_(sampler_->ForRoots()),
      for_sampled_parents_(sampler_->ForSampledParents()),
      for_unsampled_parents_(sampler_->ForUnsampledParents()),
      settings_(std::make_unique<SlotSettings>(pool, clock, session, limits)) {
  if (pool == nullptr) Disable();
}

void Tracer::Disable() {
  for (auto* decision :
       {&for_roots_, &for_sampled_parents_, &for_unsampled_parents_}) {
    decision->store(Sampler::Always::kDisabled, std::memory_order_relaxed);
  }
}

Tracer::~Tracer() = default;

void Tracer::Start(absl::string_view name, Span* span) {
  StartChild(name, nullptr, CurrentParent(), span);
}

void Tracer::Start(const SpanTemplate& span_template, Span* span) {
  StartChild({}, &span_template, CurrentParent(), span);
}

void Tracer::Start(const SpanTemplate& span_template, const SpanContext& parent,
                   Span* span) {
  StartChild({}, &span_template, &parent, span);
}

void Tracer::Start(absl::string_view name, const StartOptions& options,
                   Span* span) {
  const SpanContext* const parent =
      options.parent.has_value() ? &*options.parent : CurrentParent();
  StartOfKind(name, nullptr, options.kind, parent, span);
  if (span->slot_ != nullptr && options.start_time.has_value()) {
    span->slot_->SetStart(*options.start_time);
  }
}

// Of an invalid parent nothing is taken over, not even a valid half.
const SpanContext* Tracer::Valid(const SpanContext* parent) {
  return parent != nullptr && parent->IsValid() ? parent : nullptr;
}

inline Sampler::Always Tracer::AlwaysFor(
    const SpanContext* valid_parent) const {
  const auto& decision = valid_parent == nullptr     ? for_roots_
                         : valid_parent->IsSampled() ? for_sampled_parents_
                                                     : for_unsampled_parents_;
  return decision.load(std::memory_order_relaxed);
}

// This runs in every call that is traced. It hands over to a function that does
// no more than its case needs, and has nothing to keep for afterwards.
[[gnu::always_inline]] inline void Tracer::StartChild(
    absl::string_view name, const SpanTemplate* span_template,
    const SpanContext* parent, Span* span) {
  if (parent != nullptr && parent->IsValid()) {
    const Sampler::Always always = AlwaysFor(parent);
    if (always == Sampler::Always::kRecord) {
      return RecordAlways(name, span_template, parent, span);
    }
    if (always == Sampler::Always::kDrop) return DropChild(*parent, span);
    return StartOther(name, span_template, parent, span);
  }
  const Sampler::Always always = for_roots_.load(std::memory_order_relaxed);
  if (always == Sampler::Always::kRecord) {
    return RecordAlways(name, span_template, nullptr, span);
  }
  ThreadState& thread = ThreadState::GetUnseeded();
  if (always != Sampler::Always::kDrop || !thread.seeded()) {
    return StartOther(name, span_template, parent, span);
  }
  NotRecorded(nullptr, NewIds(nullptr, &thread), &thread, span);
}

[[gnu::noinline]] void Tracer::RecordAlways(absl::string_view name,
                                            const SpanTemplate* span_template,
                                            const SpanContext* parent,
                                            Span* span) {
  ThreadState& thread = ThreadState::Get();
  SpanSlot* const slot = pool_->Take(thread.shard());
  if (__builtin_expect(slot == nullptr, 0)) return NoRoom(parent, span);
  Record(name, span_template, parent, NewIds(parent, &thread), slot, span);
}

// Children are told to record, in case that they find room. This thread has
// been seeded by now.
[[gnu::noinline]] void Tracer::NoRoom(const SpanContext* parent, Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  const uint8_t flags = RandomFlagOf(parent) | kSampledFlag;
  if (parent != nullptr) {
    return span->context_.Begin(parent->trace_id(), thread.NewSpanId(), flags,
                                parent->trace_state());
  }
  const TraceId trace_id = thread.NewTraceId();
  span->context_.Begin(trace_id, ThreadState::RootSpanId(trace_id), flags,
                       TraceState());
}

// A parent with a trace state goes the other way.
[[gnu::noinline]] void Tracer::DropChild(const SpanContext& parent,
                                         Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  if (__builtin_expect(!thread.seeded() || !parent.trace_state().empty(), 0)) {
    return StartOther({}, nullptr, &parent, span);
  }
  pool_->CountNotSampled(thread.shard());
  span->context_.Begin(parent.trace_id(), thread.NewSpanId(),
                       RandomFlagOf(&parent), TraceState());
}

[[gnu::noinline]] void Tracer::StartOther(absl::string_view name,
                                          const SpanTemplate* span_template,
                                          const SpanContext* parent,
                                          Span* span) {
  if (span_template == nullptr) {
    StartOfKind(name, nullptr, SpanKind::kInternal, parent, span);
  } else {
    StartOfKind(span_template->name, span_template, span_template->kind, parent,
                span);
  }
}

void Tracer::StartOfKind(absl::string_view name,
                         const SpanTemplate* span_template, SpanKind kind,
                         const SpanContext* parent, Span* span) {
  const SpanContext* const valid = Valid(parent);
  const Sampler::Always always = AlwaysFor(valid);
  if (always == Sampler::Always::kDisabled) {
    if (parent != nullptr) span->context_ = *parent;
    return;
  }
  ThreadState& thread = ThreadState::Get();
  const Ids ids = NewIds(valid, &thread);
  const SpanContext no_parent;
  if (always == Sampler::Always::kDrop ||
      (always == Sampler::Always::kAsk &&
       !sampler_->ShouldSample({valid == nullptr ? no_parent : *valid,
                                ids.trace_id, name, kind}))) {
    return NotRecorded(valid, ids, &thread, span);
  }
  SpanSlot* const slot = pool_->Take(thread.shard());
  if (slot == nullptr) return NoRoom(valid, span);
  Record(name, span_template, valid, ids, slot, span);
  slot->kind = kind;
}

[[gnu::always_inline]] inline Tracer::Ids Tracer::NewIds(
    const SpanContext* parent, ThreadState* thread) {
  if (parent != nullptr) return {parent->trace_id(), thread->NewSpanId()};
  const TraceId trace_id = thread->NewTraceId();
  return {trace_id, ThreadState::RootSpanId(trace_id)};
}

// With new ids even though nothing is recorded, as OpenTelemetry wants it: logs
// may refer to them.
[[gnu::always_inline]] inline void Tracer::NotRecorded(
    const SpanContext* parent, const Ids& ids, ThreadState* thread,
    Span* span) {
  pool_->CountNotSampled(thread->shard());
  span->context_.Begin(ids.trace_id, ids.span_id, RandomFlagOf(parent),
                       StateOf(parent));
}

[[gnu::always_inline]] inline void Tracer::Record(
    absl::string_view name, const SpanTemplate* span_template,
    const SpanContext* parent, const Ids& ids, SpanSlot* slot, Span* span) {
  const uint8_t flags = RandomFlagOf(parent) | kSampledFlag;
  slot->Reset(*settings_, StateOf(parent));
  slot->trace_id = ids.trace_id;
  slot->span_id = ids.span_id;
  slot->parent_span_id = parent == nullptr ? SpanId() : parent->span_id();
  slot->trace_flags = flags;
  slot->parent_is_remote = parent != nullptr && parent->IsRemote();
  slot->is_local_root = parent == nullptr || parent->IsRemote();
  slot->span_template = span_template;
  if (span_template == nullptr) {
    slot->kind = SpanKind::kInternal;
    slot->SetFirstName(name);
  } else {
    slot->kind = span_template->kind;
  }
  slot->SetStartNow();
  span->slot_ = slot;
  span->generation_ = slot->generation();
  span->context_.Begin(ids.trace_id, ids.span_id, flags, StateOf(parent));
}

}  // namespace waybill
