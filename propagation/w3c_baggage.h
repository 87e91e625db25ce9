// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Carries a request's Baggage in the header of W3C Baggage.
//
//   baggage: tenant=acme,region=eu%20west;cached
//
//   waybill::W3cBaggagePropagator propagator;
//   std::map<std::string, std::string> properties;
//   waybill::MapWriter writer(&properties);
//   propagator.Inject({span_context, baggage}, writer);
//
// Source: W3C Baggage, section 3. Several headers are joined in their order.
// baggage.h has the grammar and the limits; a request whose baggage was not
// kept in full is counted once in ExtractCounts, and what could be kept is
// used. Extract() leaves the context alone where it found no member at all.
//
// Stateless; safe from any thread.
#ifndef WAYBILL_PROPAGATION_W3C_BAGGAGE_H_
#define WAYBILL_PROPAGATION_W3C_BAGGAGE_H_

#include <string>
#include <vector>

#include "waybill/propagation/carrier.h"
#include "waybill/propagation/propagator.h"

namespace waybill {

class W3cBaggagePropagator : public Propagator {
 public:
  void Inject(const Context& context, CarrierWriter& carrier) const override;
  void Extract(const CarrierReader& carrier, Context* context,
               ExtractCounts* counts = nullptr) const override;
  std::vector<std::string> Fields() const override;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_W3C_BAGGAGE_H_
