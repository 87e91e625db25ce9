// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Puts a request's trace context into an envelope and takes it out again.
//
//   waybill::Context context;
//   propagator.Extract(reader, &context);
//   ... a span is started as a child of context.span_context ...
//   propagator.Inject({span.context(), context.baggage}, writer);
//
// Implementations: w3c_trace_context.h, w3c_baggage.h and, to use several at
// once, composite_propagator.h. All are immutable and may be used from any
// number of threads.
//
// Nothing that comes off the wire is an error: what cannot be read leaves its
// part of the Context as it was, empty in a new one, which starts a fresh
// trace, and is counted in ExtractCounts where the caller gave one.
#ifndef WAYBILL_PROPAGATION_PROPAGATOR_H_
#define WAYBILL_PROPAGATION_PROPAGATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "waybill/propagation/baggage.h"
#include "waybill/propagation/carrier.h"
#include "waybill/propagation/span_context.h"

namespace waybill {

// All that travels with a request.
struct Context {
  SpanContext span_context;
  Baggage baggage;
};

// What Extract() found and could not use, or not in full: each call adds one at
// the most to a field. Headers that are not there at all are not counted.
struct ExtractCounts {
  uint64_t invalid_trace_context = 0;
  uint64_t invalid_trace_state = 0;
  uint64_t invalid_baggage = 0;
};

class Propagator {
 public:
  virtual ~Propagator() = default;

  // Writes what context holds; nothing for the parts that are empty.
  virtual void Inject(const Context& context, CarrierWriter& carrier) const = 0;

  // Fills in the parts of *context that this propagator is about, and leaves
  // the others alone.
  virtual void Extract(const CarrierReader& carrier, Context* context,
                       ExtractCounts* counts = nullptr) const = 0;

  // The keys that Inject() may set.
  virtual std::vector<std::string> Fields() const = 0;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_PROPAGATOR_H_
