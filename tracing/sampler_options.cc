// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/sampler_options.h"

#include <string>

#include "absl/strings/numbers.h"
#include "waybill/tracing/parse.h"

namespace waybill {
namespace {

// Without an argument, everything.
absl::StatusOr<double> GetRatio(const Environment& environment) {
  const absl::optional<std::string> text =
      environment.Get(kOtelTracesSamplerArg);
  if (!text.has_value()) return 1.0;
  double ratio = 0;
  // Written so that "nan", which is a double, is not a ratio.
  if (!absl::SimpleAtod(*text, &ratio) || !(ratio >= 0 && ratio <= 1)) {
    return BadValue(kOtelTracesSamplerArg.name, *text, "a number from 0 to 1");
  }
  return ratio;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sampler>> MakeSampler(
    const Environment& environment) {
  const std::string name =
      environment.Get(kOtelTracesSampler).value_or("parentbased_always_on");
  const absl::StatusOr<double> ratio = GetRatio(environment);
  if (!ratio.ok()) return ratio.status();
  if (name == "always_on") return AlwaysOn();
  if (name == "always_off") return AlwaysOff();
  if (name == "traceidratio") return TraceIdRatioBased(*ratio);
  if (name == "parentbased_always_on") return ParentBased(AlwaysOn());
  if (name == "parentbased_always_off") return ParentBased(AlwaysOff());
  if (name == "parentbased_traceidratio") {
    return ParentBased(TraceIdRatioBased(*ratio));
  }
  return BadValue(kOtelTracesSampler.name, name,
                  "one of always_on, always_off, traceidratio, "
                  "parentbased_always_on, parentbased_always_off, "
                  "parentbased_traceidratio");
}

}  // namespace waybill
