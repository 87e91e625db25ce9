// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/w3c_baggage.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "waybill/propagation/baggage.h"

namespace waybill {
namespace {

constexpr absl::string_view kBaggage = "baggage";

}  // namespace

void W3cBaggagePropagator::Inject(const Context& context,
                                  CarrierWriter& carrier) const {
  if (context.baggage.empty()) return;
  carrier.Set(kBaggage, context.baggage.ToString());
}

void W3cBaggagePropagator::Extract(const CarrierReader& carrier,
                                   Context* context,
                                   ExtractCounts* counts) const {
  std::string joined;
  carrier.Get(kBaggage, [&joined](absl::string_view untrusted) {
    absl::StrAppend(&joined, joined.empty() ? "" : ",", untrusted);
  });
  if (joined.empty()) return;
  bool ok = true;
  Baggage baggage = Baggage::Parse(joined, &ok);
  if (!ok && counts != nullptr) ++counts->invalid_baggage;
  if (!baggage.empty()) context->baggage = std::move(baggage);
}

std::vector<std::string> W3cBaggagePropagator::Fields() const {
  return {std::string(kBaggage)};
}

}  // namespace waybill
