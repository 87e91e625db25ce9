// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Makes the propagator that a list of names asks for.
//
// Source: OpenTelemetry specification, "Environment Variable Specification",
// OTEL_PROPAGATORS.
//
//   absl::StatusOr<std::unique_ptr<const waybill::Propagator>> propagator =
//       waybill::MakePropagator("tracecontext,baggage");
//
// Names are separated by commas: tracecontext, baggage, or none by itself for
// a propagator that does nothing. Their case, white space around them and a
// name's second mention do not matter. A list without a name means the
// default, since OpenTelemetry has an empty variable mean what an unset one
// does.
//
// An unknown name, or none beside others, is an InvalidArgument error that
// names the value and what is allowed. Safe from any thread.
#ifndef WAYBILL_PROPAGATION_PROPAGATORS_H_
#define WAYBILL_PROPAGATION_PROPAGATORS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "waybill/propagation/propagator.h"

namespace waybill {

inline constexpr absl::string_view kDefaultPropagators = "tracecontext,baggage";

absl::StatusOr<std::unique_ptr<const Propagator>> MakePropagator(
    absl::string_view names);

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_PROPAGATORS_H_
