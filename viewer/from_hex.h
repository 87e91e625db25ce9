// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Ids, which OTLP's JSON writes in hexadecimal digits, as bytes.
//
//   absl::optional<std::string> id = waybill::BytesFromHex("00f067aa0ba902b7");
//
// Abseil's own such function has one form in Debian 12 and another in newer
// releases, which call the first deprecated.
//
// A free function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_FROM_HEX_H_
#define WAYBILL_VIEWER_FROM_HEX_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace waybill {

// Digits of either case. No value where one is missing or is none.
absl::optional<std::string> BytesFromHex(absl::string_view digits);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_FROM_HEX_H_
