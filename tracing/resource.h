// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What this process is called in traces, put together from the options, the
// environment and the system.
//
// Source: OpenTelemetry specification, "Resource SDK", and its conventions for
// service.*, telemetry.sdk.* and host.*.
//
// Internal to this folder.
#ifndef WAYBILL_TRACING_RESOURCE_H_
#define WAYBILL_TRACING_RESOURCE_H_

#include "absl/status/statusor.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/tracing/options.h"

namespace waybill {

// Later wins: what the system says, OTEL_RESOURCE_ATTRIBUTES, the options'
// attributes, OTEL_SERVICE_NAME, the options' service name.
absl::StatusOr<Resource> MakeResource(const Options& options);

}  // namespace waybill

#endif  // WAYBILL_TRACING_RESOURCE_H_
