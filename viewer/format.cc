// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/format.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace waybill {
namespace {

constexpr int64_t kNanosPerMicro = 1000;
constexpr int64_t kNanosPerMilli = 1000 * kNanosPerMicro;
constexpr int64_t kNanosPerSecond = 1000 * kNanosPerMilli;

int64_t Rounded(int64_t nanos, int64_t unit) {
  return std::llround(static_cast<double>(nanos) / static_cast<double>(unit));
}

// nanos, not negative, as so many tenths of unit.
std::string Tenths(int64_t nanos, int64_t unit) {
  const int64_t tenths = Rounded(nanos, unit / 10);
  return absl::StrCat(FormatCount(tenths / 10), ".", tenths % 10);
}

}  // namespace

std::string FormatCount(int64_t count) {
  std::string digits = absl::StrCat(count);
  const size_t first = count < 0 ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string FormatDuration(int64_t nanos, bool ascii_only) {
  // The smallest number has no positive counterpart; one more is near enough.
  if (nanos == INT64_MIN) ++nanos;
  if (nanos < 0) {
    return absl::StrCat("-", FormatDuration(-nanos, ascii_only));
  }
  if (nanos == 0) return "0 ms";
  const int64_t micros = Rounded(nanos, kNanosPerMicro);
  if (micros < 1000) return absl::StrCat(micros, ascii_only ? " us" : " µs");
  if (Rounded(nanos, kNanosPerMilli / 10) < 100) {
    return absl::StrCat(Tenths(nanos, kNanosPerMilli), " ms");
  }
  const int64_t millis = Rounded(nanos, kNanosPerMilli);
  if (millis < 60 * 1000) return absl::StrCat(FormatCount(millis), " ms");
  if (millis < 1000 * 1000) {
    return absl::StrCat(Tenths(nanos, kNanosPerSecond), " s");
  }
  return absl::StrCat(FormatCount(Rounded(nanos, kNanosPerSecond)), " s");
}

std::string FormatShare(int64_t part, int64_t whole) {
  const double share =
      whole <= 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  return absl::StrFormat("%.0f %%", share * 100.0);
}

std::string FormatPlural(int64_t count, absl::string_view noun) {
  return absl::StrCat(FormatCount(count), " ", noun, count == 1 ? "" : "s");
}

}  // namespace waybill
