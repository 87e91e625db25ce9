// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The exporter that OTEL_TRACES_EXPORTER and the OTEL_EXPORTER_OTLP_ variables
// ask for. With tracing.cc, the only code that names exporters.
//
// Internal to this folder.
#ifndef WAYBILL_TRACING_EXPORTER_OPTIONS_H_
#define WAYBILL_TRACING_EXPORTER_OPTIONS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/tracing/options.h"

namespace waybill {

// Null for "none".
absl::StatusOr<std::unique_ptr<SpanExporter>> MakeExporter(
    const Options& options);

}  // namespace waybill

#endif  // WAYBILL_TRACING_EXPORTER_OPTIONS_H_
