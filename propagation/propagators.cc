// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/propagators.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "waybill/propagation/composite_propagator.h"
#include "waybill/propagation/w3c_baggage.h"
#include "waybill/propagation/w3c_trace_context.h"

namespace waybill {
namespace {

constexpr absl::string_view kAllowed =
    "allowed are tracecontext, baggage, or none by itself";

std::vector<std::string> UniqueNames(absl::string_view list) {
  std::vector<std::string> names;
  for (absl::string_view item : absl::StrSplit(list, ',')) {
    std::string name = absl::AsciiStrToLower(absl::StripAsciiWhitespace(item));
    if (name.empty()) continue;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Propagator>> MakePropagator(
    absl::string_view names) {
  std::vector<std::string> unique = UniqueNames(names);
  if (unique.empty()) unique = UniqueNames(kDefaultPropagators);
  std::vector<std::unique_ptr<const Propagator>> parts;
  for (const std::string& name : unique) {
    if (name == "tracecontext") {
      parts.push_back(std::make_unique<W3cTraceContextPropagator>());
    } else if (name == "baggage") {
      parts.push_back(std::make_unique<W3cBaggagePropagator>());
    } else if (name != "none") {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown propagator \"", absl::CEscape(name), "\" in \"",
                       absl::CEscape(names), "\": ", kAllowed));
    } else if (unique.size() > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("propagator \"none\" beside others in \"",
                       absl::CEscape(names), "\": ", kAllowed));
    }
  }
  return std::make_unique<CompositePropagator>(std::move(parts));
}

}  // namespace waybill
