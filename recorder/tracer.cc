// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/tracer.h"

#include "waybill/recorder/packed.h"
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

const SpanContext* ValidOrNull(const SpanContext& parent) {
  return parent.IsValid() ? &parent : nullptr;
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
      for_children_{sampler_->ForUnsampledParents(),
                    sampler_->ForSampledParents()},
      settings_(std::make_unique<SlotSettings>(pool, clock, session, limits)) {
  if (pool == nullptr) Disable();
}

void Tracer::Disable() {
  for (auto* decision : {&for_roots_, &for_children_[0], &for_children_[1]}) {
    decision->store(Sampler::Always::kDisabled, std::memory_order_relaxed);
  }
}

Tracer::~Tracer() = default;

void Tracer::Start(absl::string_view name, Span* span) {
  StartWith(name, nullptr, ThreadState::current_parent(), span);
}

void Tracer::Start(const SpanTemplate& span_template, Span* span) {
  StartWith({}, &span_template, ThreadState::current_parent(), span);
}

void Tracer::Start(const SpanTemplate& span_template, const SpanContext& parent,
                   Span* span) {
  StartWith({}, &span_template, ValidOrNull(parent), span);
}

void Tracer::Start(absl::string_view name, const StartOptions& options,
                   Span* span) {
  StartOfKind(name, nullptr, options.kind,
              options.parent.has_value() ? ValidOrNull(*options.parent)
                                         : ThreadState::current_parent(),
              span);
  if (span->slot_ != nullptr && options.start_time.has_value()) {
    span->slot_->SetStart(*options.start_time);
  }
}

inline Sampler::Always Tracer::AlwaysFor(const SpanContext* parent) const {
  const auto& decision =
      parent == nullptr ? for_roots_ : for_children_[parent->IsSampled()];
  return decision.load(std::memory_order_relaxed);
}

// This runs in every call that is traced. It hands over to a function that does
// no more than its case needs, and has nothing to keep for afterwards.
[[gnu::always_inline]] inline void Tracer::StartWith(
    absl::string_view name, const SpanTemplate* span_template,
    const SpanContext* parent, Span* span) {
  if (parent == nullptr) return StartRoot(name, span_template, span);
  const Sampler::Always always = AlwaysFor(parent);
  if (always == Sampler::Always::kDrop) return DropChild(*parent, span);
  if (always != Sampler::Always::kRecord) {
    return StartOther(name, span_template, parent, span);
  }
  if (pool_->IsFull()) return DropChildForRoom(*parent, span);
  RecordAlways(name, span_template, parent, span);
}

[[gnu::always_inline]] inline void Tracer::StartRoot(
    absl::string_view name, const SpanTemplate* span_template, Span* span) {
  const Sampler::Always always = AlwaysFor(nullptr);
  if (always == Sampler::Always::kRecord) {
    if (pool_->IsFull()) return DropRootForRoom(span);
    return RecordAlways(name, span_template, nullptr, span);
  }
  ThreadState& thread = ThreadState::GetUnseeded();
  if (always != Sampler::Always::kDrop || !thread.seeded()) {
    return StartOther(name, span_template, nullptr, span);
  }
  NotRecorded(nullptr, NewIds(nullptr, &thread), &thread, span);
}

// Calls nothing: what is not as usual is done by what it hands over to.
[[gnu::noinline]] void Tracer::RecordAlways(absl::string_view name,
                                            const SpanTemplate* span_template,
                                            const SpanContext* parent,
                                            Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  if (__builtin_expect(!thread.seeded(), 0)) {
    return StartOther(name, span_template, parent, span);
  }
  SpanSlot* const slot = pool_->TakeQuickly(thread.shard());
  if (__builtin_expect(slot == nullptr, 0)) {
    return RecordElsewhere(name, span_template, parent, span);
  }
  span->slot_ = slot;
  if (__builtin_expect(
          slot->wakes || !settings_->ReadsCounter() ||
              (parent != nullptr && !parent->trace_state().empty()),
          0)) {
    return RecordInSlot(name, span_template, parent, span);
  }
  Record(span_template, parent, NewIds(parent, &thread), TraceState(), span);
  slot->SetStartByCounter();
  if (span_template == nullptr) slot->SetFirstName(name);
}

// Where this thread's shard has no slot that was used before.
[[gnu::noinline]] void Tracer::RecordElsewhere(
    absl::string_view name, const SpanTemplate* span_template,
    const SpanContext* parent, Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  span->slot_ = pool_->Take(thread.shard());
  if (span->slot_ == nullptr) {
    return NoRoom(parent, NewIds(parent, &thread), span);
  }
  RecordInSlot(name, span_template, parent, span);
}

[[gnu::noinline]] void Tracer::RecordInSlot(absl::string_view name,
                                            const SpanTemplate* span_template,
                                            const SpanContext* parent,
                                            Span* span) {
  SpanSlot* const slot = span->slot_;
  if (slot->wakes) pool_->WakeDrain(SlotPool::Wake::kNow);
  Record(span_template, parent, NewIds(parent, &ThreadState::GetUnseeded()),
         StateOf(parent), span);
  slot->SetStartNow();
  if (span_template == nullptr) slot->SetFirstName(name);
}

// These are for a pool that is known to be full.
[[gnu::noinline]] void Tracer::DropRootForRoom(Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  if (__builtin_expect(!thread.seeded(), 0)) {
    return DropForRoomSlowly(nullptr, span);
  }
  NoRoom(nullptr, NewIds(nullptr, &thread), span);
  // Last: the generator's next number would have to wait for it.
  pool_->CountNoFreeSlot(thread.shard());
}

[[gnu::noinline]] void Tracer::DropChildForRoom(const SpanContext& parent,
                                                Span* span) {
  ThreadState& thread = ThreadState::GetUnseeded();
  if (__builtin_expect(!thread.seeded() || !parent.trace_state().empty(), 0)) {
    return DropForRoomSlowly(&parent, span);
  }
  pool_->CountNoFreeSlot(thread.shard());
  span->context_.Begin(parent.trace_id(), thread.NewSpanId(),
                       RandomFlagOf(&parent) | kSampledFlag, TraceState());
}

[[gnu::noinline]] void Tracer::DropForRoomSlowly(const SpanContext* parent,
                                                 Span* span) {
  ThreadState& thread = ThreadState::Get();
  pool_->CountNoFreeSlot(thread.shard());
  NoRoom(parent, NewIds(parent, &thread), span);
}

// Children are told to record, in case that they find room.
[[gnu::always_inline]] inline void Tracer::NoRoom(const SpanContext* parent,
                                                  const Ids& ids, Span* span) {
  span->context_.Begin(ids.trace_id, ids.span_id,
                       RandomFlagOf(parent) | kSampledFlag, StateOf(parent));
}

// A parent with a trace state goes the other way.
[[gnu::always_inline]] inline void Tracer::DropChild(const SpanContext& parent,
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
  const Sampler::Always always = AlwaysFor(parent);
  if (always == Sampler::Always::kDisabled) {
    if (parent != nullptr) span->context_ = *parent;
    return;
  }
  ThreadState& thread = ThreadState::Get();
  const Ids ids = NewIds(parent, &thread);
  const SpanContext no_parent;
  if (always == Sampler::Always::kDrop ||
      (always == Sampler::Always::kAsk &&
       !sampler_->ShouldSample({parent == nullptr ? no_parent : *parent,
                                ids.trace_id, name, kind}))) {
    return NotRecorded(parent, ids, &thread, span);
  }
  span->slot_ = pool_->Take(thread.shard());
  if (span->slot_ == nullptr) return NoRoom(parent, ids, span);
  Record(span_template, parent, ids, StateOf(parent), span);
  span->slot_->kind = kind;
  span->slot_->SetStartNow();
  if (span_template == nullptr) span->slot_->SetFirstName(name);
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

// Into span's slot: all but the start and a name of its own.
[[gnu::always_inline]] inline void Tracer::Record(
    const SpanTemplate* span_template, const SpanContext* parent,
    const Ids& ids, const TraceState& state, Span* span) {
  SpanSlot* const slot = span->slot_;
  const uint8_t flags = RandomFlagOf(parent) | kSampledFlag;
  slot->Reset(*settings_, state);
  slot->trace_id = ids.trace_id;
  slot->span_id = ids.span_id;
  slot->parent_span_id = parent == nullptr ? SpanId() : parent->span_id();
  slot->trace_flags = flags;
  slot->parent_is_remote = parent != nullptr && parent->IsRemote();
  slot->is_local_root = parent == nullptr || parent->IsRemote();
  slot->span_template = span_template;
  slot->kind =
      span_template == nullptr ? SpanKind::kInternal : span_template->kind;
  span->generation_ = slot->generation();
  span->context_.Begin(ids.trace_id, ids.span_id, flags, state);
}

}  // namespace waybill
