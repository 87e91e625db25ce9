// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Decides, when a span starts, whether it is recorded. The choice travels with
// the trace (the sampled flag), so that a trace is kept whole or not at all.
//
// Source: OpenTelemetry specification, Tracing SDK, "Sampling"; the ratio is
// decided as its "Probability Sampling" has it, on the 56 random bits of the
// trace id, so that every service with the same ratio keeps the same traces.
//
//   options.sampler = waybill::ParentBased(waybill::TraceIdRatioBased(0.01));
//
// Implementations are immutable and are called by any thread, on the hot path:
// they must neither block nor allocate.
#ifndef WAYBILL_RECORDER_SAMPLER_H_
#define WAYBILL_RECORDER_SAMPLER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "waybill/propagation/span_context.h"
#include "waybill/recorder/span_kind.h"

namespace waybill {

struct SamplingParameters {
  const SpanContext& parent;  // invalid for a root span
  const TraceId& trace_id;
  absl::string_view name;
  SpanKind kind;
};

class Sampler {
 public:
  virtual ~Sampler() = default;
  virtual bool ShouldSample(const SamplingParameters& parameters) const = 0;
  // What it decides whatever the other parameters are; kAsk for one that has to
  // be asked. kDisabled is for tracers, not for samplers.
  enum class Always : uint8_t { kAsk, kRecord, kDrop, kDisabled };
  virtual Always ForRoots() const { return Always::kAsk; }
  virtual Always ForSampledParents() const { return ForRoots(); }
  virtual Always ForUnsampledParents() const { return ForRoots(); }
  // As in "ParentBased{TraceIdRatioBased{0.01}}".
  virtual std::string Description() const = 0;
};

std::unique_ptr<Sampler> AlwaysOn();
std::unique_ptr<Sampler> AlwaysOff();
// ratio is of all traces: 0 keeps none, 1 keeps all. Outside of that range it
// counts as the nearer end.
std::unique_ptr<Sampler> TraceIdRatioBased(double ratio);
// Does as the parent did; root decides where there is no parent.
std::unique_ptr<Sampler> ParentBased(std::unique_ptr<Sampler> root);

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SAMPLER_H_
