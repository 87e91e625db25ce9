// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Takes the optional white space off both ends of a header's value or of one
// of its members: spaces and tabs, and nothing else. abseil's own function
// would also take line ends, which must stay and make the value invalid.
//
// Source: RFC 9110, section 5.6.3 (OWS).
//
//   waybill::TrimOws(" \tfoo=1 ");  // "foo=1"
//
// A free function without state; safe from any thread. The result refers to
// the argument's characters.
#ifndef WAYBILL_PROPAGATION_OWS_H_
#define WAYBILL_PROPAGATION_OWS_H_

#include "absl/strings/string_view.h"

namespace waybill {

inline absl::string_view TrimOws(absl::string_view text) {
  const auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_ows(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ows(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_OWS_H_
