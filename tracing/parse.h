// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Values of environment variables to what they mean. Each answers bad text
// with an InvalidArgument error: 'OTEL_BSP_SCHEDULE_DELAY="soon": not a whole
// number of milliseconds from 0 to 2147483647'.
//
// Internal to this folder.
#ifndef WAYBILL_TRACING_PARSE_H_
#define WAYBILL_TRACING_PARSE_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "waybill/tracing/environment.h"

namespace waybill {

absl::Status BadValue(absl::string_view name, absl::string_view value,
                      absl::string_view allowed);

// Without a value where the variable is not set.
absl::StatusOr<absl::optional<uint64_t>> GetNumber(
    const Environment& environment, const EnvironmentVariable& variable,
    absl::string_view unit, uint64_t min, uint64_t max);

absl::StatusOr<absl::optional<bool>> GetBool(
    const Environment& environment, const EnvironmentVariable& variable);

// The value of the first that is set, and its name.
absl::optional<std::pair<std::string, std::string>> GetFirst(
    const Environment& environment,
    std::initializer_list<EnvironmentVariable> variables);

// What ParsePairs() allows, for a message.
inline constexpr absl::string_view kAllowedPairs =
    "key=value pairs separated by commas";

// "key=value,key2=value2", values percent-encoded, as in W3C Baggage.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParsePairs(
    absl::string_view name, absl::string_view text);

}  // namespace waybill

#endif  // WAYBILL_TRACING_PARSE_H_
