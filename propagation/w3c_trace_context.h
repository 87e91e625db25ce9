// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Carries a SpanContext in the two headers of W3C Trace Context Level 2.
//
//   traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
//                 |  |                                |                |
//           version  trace id (32)       parent id (16)  trace flags (2)
//   tracestate:  rojo=00f067aa0ba902b7,congo=t61rcWkgMzE
//
//   waybill::W3cTraceContextPropagator propagator;
//   waybill::Context context;
//   propagator.Extract(waybill::MapReader(request.headers), &context);
//
// Source: W3C Trace Context Level 2, sections 3.2 (traceparent), 3.3
// (tracestate) and 4 (processing model). Where the text leaves a choice:
//
// - Versions 01 to fe are read by the layout of 00. They may be longer, if a
//   "-" follows the flags. ff is invalid, and so is a longer 00. What we write
//   is always 00.
// - Digits are lower case; all-zero ids are invalid; flags other than sampled
//   and random are dropped on the way in and out.
// - Spaces and tabs around a traceparent are ignored, as the specification's
//   own test suite wants it: HTTP takes them off, other envelopes may not.
// - Two traceparents are none, even equal ones. Several tracestates are joined
//   in their order.
// - Without a valid traceparent the tracestate is not looked at. An invalid
//   tracestate is dropped, and the traceparent stays.
//
// Extract() leaves the context alone unless it found a valid traceparent; what
// it found is remote. Inject() writes nothing for an invalid span context, and
// no tracestate where that is empty: give it an envelope without these keys.
//
// Neither allocates for a traceparent alone, beyond what the carrier does.
// Stateless; safe from any thread.
#ifndef WAYBILL_PROPAGATION_W3C_TRACE_CONTEXT_H_
#define WAYBILL_PROPAGATION_W3C_TRACE_CONTEXT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "waybill/propagation/carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"

namespace waybill {

inline constexpr size_t kTraceparentChars = 55;

// Writes context's traceparent, without a terminator. The caller has checked
// that context is valid.
void WriteTraceparent(const SpanContext& context, char out[kTraceparentChars]);

// Reads one traceparent. The result is remote and has no tracestate, or it is
// invalid.
SpanContext ParseTraceparent(absl::string_view untrusted);

class W3cTraceContextPropagator : public Propagator {
 public:
  void Inject(const Context& context, CarrierWriter& carrier) const override;
  void Extract(const CarrierReader& carrier, Context* context,
               ExtractCounts* counts = nullptr) const override;
  std::vector<std::string> Fields() const override;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_W3C_TRACE_CONTEXT_H_
