// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/parse.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "waybill/propagation/percent_encoding.h"

namespace waybill {

absl::Status BadValue(absl::string_view name, absl::string_view value,
                      absl::string_view allowed) {
  return absl::InvalidArgumentError(absl::StrCat(
      name, "=\"", absl::Utf8SafeCEscape(value), "\": not ", allowed));
}

absl::StatusOr<absl::optional<uint64_t>> GetNumber(
    const Environment& environment, const EnvironmentVariable& variable,
    absl::string_view unit, uint64_t min, uint64_t max) {
  const absl::optional<std::string> text = environment.Get(variable);
  if (!text.has_value()) return absl::nullopt;
  uint64_t number = 0;
  if (!absl::SimpleAtoi(*text, &number) || number < min || number > max) {
    return BadValue(
        variable.name, *text,
        absl::StrCat("a whole number of ", unit, " from ", min, " to ", max));
  }
  return number;
}

absl::StatusOr<absl::optional<bool>> GetBool(
    const Environment& environment, const EnvironmentVariable& variable) {
  const absl::optional<std::string> text = environment.Get(variable);
  if (!text.has_value()) return absl::nullopt;
  if (absl::EqualsIgnoreCase(*text, "true")) return true;
  if (absl::EqualsIgnoreCase(*text, "false")) return false;
  return BadValue(variable.name, *text, "true or false");
}

absl::optional<std::pair<std::string, std::string>> GetFirst(
    const Environment& environment,
    std::initializer_list<EnvironmentVariable> variables) {
  for (const EnvironmentVariable& variable : variables) {
    absl::optional<std::string> value = environment.Get(variable);
    if (value.has_value()) return std::make_pair(variable.name, *value);
  }
  return absl::nullopt;
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParsePairs(
    absl::string_view name, absl::string_view text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (absl::string_view member : absl::StrSplit(text, ',')) {
    member = absl::StripAsciiWhitespace(member);
    if (member.empty()) continue;
    const size_t equals = member.find('=');
    const absl::string_view key =
        absl::StripAsciiWhitespace(member.substr(0, equals));
    if (equals == absl::string_view::npos || key.empty()) {
      return BadValue(name, text, kAllowedPairs);
    }
    pairs.emplace_back(
        PercentDecode(key),
        PercentDecode(absl::StripAsciiWhitespace(member.substr(equals + 1))));
  }
  return pairs;
}

}  // namespace waybill
