// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The sampler that OTEL_TRACES_SAMPLER and its argument ask for.
//
// Internal to this folder.
#ifndef WAYBILL_TRACING_SAMPLER_OPTIONS_H_
#define WAYBILL_TRACING_SAMPLER_OPTIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "waybill/recorder/sampler.h"
#include "waybill/tracing/environment.h"

namespace waybill {

absl::StatusOr<std::unique_ptr<Sampler>> MakeSampler(
    const Environment& environment);

}  // namespace waybill

#endif  // WAYBILL_TRACING_SAMPLER_OPTIONS_H_
