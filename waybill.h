// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Waybill: drop-in distributed tracing for gRPC C++. All that a program needs,
// in one include.
//
//   #include "waybill/waybill.h"
//
//   waybill::Options options;                 // the rest comes from OTEL_*
//   options.service_name = "checkout";
//   auto tracing = waybill::Tracing::Start(std::move(options));
//
//   builder.SetOption((*tracing)->ServerOption());     // calls served
//   auto channel = (*tracing)->CreateChannel(target, credentials);  // and made
//
//   waybill::CurrentSpan().SetAttribute("cart.items", 3);
//   waybill::ScopedSpan query("postgres.query");
//
// What it is made of, each with its own page at its head:
//   tracing/tracing.h              start, end, servers, channels
//   tracing/options.h              what can be set
//   recorder/span.h, tracer.h      spans of your own
//   recorder/scope.h               which span is current
//   interceptors/server_call.h     the span of a completion-queue call
//   propagation/map_carrier.h      HTTP headers, message properties
//   recorder/span_exporter.h       a backend of your own
#ifndef WAYBILL_WAYBILL_H_
#define WAYBILL_WAYBILL_H_

#include "waybill/interceptors/server_call.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/span.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/tracer.h"
#include "waybill/tracing/options.h"
#include "waybill/tracing/tracing.h"

#endif  // WAYBILL_WAYBILL_H_
