// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Several propagators as one: each of them injects and extracts, in the order
// given. Where two fill in the same part of the Context, the later one wins,
// but only if it found something.
//
//   std::vector<std::unique_ptr<const waybill::Propagator>> parts;
//   parts.push_back(std::make_unique<waybill::W3cTraceContextPropagator>());
//   parts.push_back(std::make_unique<waybill::W3cBaggagePropagator>());
//   waybill::CompositePropagator both(std::move(parts));
//
// Without parts it does nothing. Immutable; safe from any thread. To make one
// from OTEL_PROPAGATORS, see propagators.h.
#ifndef WAYBILL_PROPAGATION_COMPOSITE_PROPAGATOR_H_
#define WAYBILL_PROPAGATION_COMPOSITE_PROPAGATOR_H_

#include <memory>
#include <string>
#include <vector>

#include "waybill/propagation/carrier.h"
#include "waybill/propagation/propagator.h"

namespace waybill {

class CompositePropagator : public Propagator {
 public:
  // No part is null.
  explicit CompositePropagator(
      std::vector<std::unique_ptr<const Propagator>> parts);

  void Inject(const Context& context, CarrierWriter& carrier) const override;
  void Extract(const CarrierReader& carrier, Context* context,
               ExtractCounts* counts = nullptr) const override;
  // Each key once, in the order of the parts.
  std::vector<std::string> Fields() const override;

 private:
  const std::vector<std::unique_ptr<const Propagator>> parts_;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_COMPOSITE_PROPAGATOR_H_
