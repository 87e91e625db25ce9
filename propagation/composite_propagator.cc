// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/composite_propagator.h"

#include <algorithm>
#include <utility>

namespace waybill {

CompositePropagator::CompositePropagator(
    std::vector<std::unique_ptr<const Propagator>> parts)
    : parts_(std::move(parts)) {}

void CompositePropagator::Inject(const Context& context,
                                 CarrierWriter& carrier) const {
  for (const auto& part : parts_) part->Inject(context, carrier);
}

void CompositePropagator::Extract(const CarrierReader& carrier,
                                  Context* context,
                                  ExtractCounts* counts) const {
  for (const auto& part : parts_) part->Extract(carrier, context, counts);
}

std::vector<std::string> CompositePropagator::Fields() const {
  std::vector<std::string> fields;
  for (const auto& part : parts_) {
    for (std::string& field : part->Fields()) {
      if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
        fields.push_back(std::move(field));
      }
    }
  }
  return fields;
}

}  // namespace waybill
