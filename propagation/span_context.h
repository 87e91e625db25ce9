// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The part of a span that travels: which trace, which span in it, whether it
// is sampled. Everything that a service must know to add its own spans to a
// request's tree, and nothing else.
//
// Source: OpenTelemetry specification, Tracing API, "SpanContext"; the flags
// are those of W3C Trace Context Level 2, section 3.2.2.5.
//
//   waybill::SpanContext context(trace_id, span_id, waybill::kSampledFlag);
//   if (context.IsValid() && context.IsSampled()) ...
//
// A plain value of 48 bytes, copied without allocation and safe to read from
// any thread.
#ifndef WAYBILL_PROPAGATION_SPAN_CONTEXT_H_
#define WAYBILL_PROPAGATION_SPAN_CONTEXT_H_

#include <cstdint>
#include <utility>

#include "waybill/propagation/ids.h"
#include "waybill/propagation/trace_state.h"

namespace waybill {

// Bit 0: the caller may have recorded this trace.
inline constexpr uint8_t kSampledFlag = 0x01;
// Bit 1: the right-most seven bytes of the trace id are random.
inline constexpr uint8_t kRandomFlag = 0x02;

class SpanContext {
 public:
  // Invalid: belongs to no trace.
  SpanContext() = default;
  SpanContext(TraceId trace_id, SpanId span_id, uint8_t trace_flags,
              bool is_remote = false, TraceState trace_state = TraceState())
      : trace_id_(trace_id),
        span_id_(span_id),
        trace_flags_(trace_flags),
        is_remote_(is_remote),
        trace_state_(std::move(trace_state)) {}

  // Makes an invalid one that of a span that begins in this process. Without
  // the traffic of an assignment, as each span does it.
  void Begin(TraceId trace_id, SpanId span_id, uint8_t trace_flags,
             TraceState trace_state) {
    trace_id_ = trace_id;
    span_id_ = span_id;
    trace_flags_ = trace_flags;
    trace_state_.SetEmpty(std::move(trace_state));
  }

  bool IsValid() const { return trace_id_.IsValid() && span_id_.IsValid(); }
  bool IsSampled() const { return (trace_flags_ & kSampledFlag) != 0; }
  // Whether it came from another process, in a request's envelope.
  bool IsRemote() const { return is_remote_; }

  const TraceId& trace_id() const { return trace_id_; }
  SpanId span_id() const { return span_id_; }
  uint8_t trace_flags() const { return trace_flags_; }
  const TraceState& trace_state() const { return trace_state_; }

  friend bool operator==(const SpanContext& a, const SpanContext& b) {
    return a.trace_id_ == b.trace_id_ && a.span_id_ == b.span_id_ &&
           a.trace_flags_ == b.trace_flags_ && a.is_remote_ == b.is_remote_ &&
           a.trace_state_ == b.trace_state_;
  }
  friend bool operator!=(const SpanContext& a, const SpanContext& b) {
    return !(a == b);
  }

 private:
  TraceId trace_id_;
  SpanId span_id_;
  uint8_t trace_flags_ = 0;
  bool is_remote_ = false;
  TraceState trace_state_;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_SPAN_CONTEXT_H_
