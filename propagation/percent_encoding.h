// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Text to the few characters that a value on the wire may hold, and back: a
// byte that may not stand for itself becomes "%" and two hexadecimal digits.
//
// Source: W3C Baggage, section 3.2.1.3 (value) and its baggage-octet rule.
//
//   std::string wire;
//   waybill::AppendPercentEncoded("eu west", &wire);  // "eu%20west"
//   waybill::PercentDecode(wire);                     // "eu west"
//
// Decoding always gives UTF-8, as the specification demands: what is none
// becomes U+FFFD, as in utf8.h. A "%" without two digits after it stands
// for itself, since the grammar allows the character.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_PROPAGATION_PERCENT_ENCODING_H_
#define WAYBILL_PROPAGATION_PERCENT_ENCODING_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

// The specification's baggage-octet: visible ASCII but for the double quote,
// comma, semicolon and backslash.
bool IsBaggageOctet(char c);

// "+" is encoded, too, though it need not be: some readers of this header take
// it for a space.
void AppendPercentEncoded(absl::string_view text, std::string* out);

// How many bytes AppendPercentEncoded() adds.
size_t PercentEncodedBytes(absl::string_view text);

std::string PercentDecode(absl::string_view untrusted);

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_PERCENT_ENCODING_H_
