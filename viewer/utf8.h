// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Text that came from somewhere else, made fit to show: span names and
// attribute values are whatever a peer sent, and a terminal obeys some of it.
//
//   std::string name = waybill::CleanUtf8(span.name(), 1024);
//   std::cout << waybill::FitToWidth(
//       waybill::EscapeForTerminal(name, /*ascii_only=*/false), 40, "…");
//
// Free functions without state; safe from any thread. Nothing fails: every
// byte string has an answer.
#ifndef WAYBILL_VIEWER_UTF8_H_
#define WAYBILL_VIEWER_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

// bytes with each byte that is not part of well-formed UTF-8 (RFC 3629)
// replaced by U+FFFD. What is longer than max_bytes is cut between characters
// and ends in "…", which may take it three bytes past the limit.
std::string CleanUtf8(absl::string_view bytes, size_t max_bytes);

// utf8 with everything written out that a terminal would act on rather than
// print: control characters as \n, \t or \x1b, and the invisible ones that
// reorder or hide text as \u{202e}. With ascii_only, all that is not ASCII is
// written out like that too.
std::string EscapeForTerminal(absl::string_view utf8, bool ascii_only);

// The columns that a terminal uses for utf8: none for a combining mark, two
// for an East Asian wide character or an emoji, one for others.
size_t DisplayWidth(absl::string_view utf8);

// utf8 where it fits into width columns, or else as much of it as leaves room
// for ellipsis. Never wider than width.
std::string FitToWidth(absl::string_view utf8, size_t width,
                       absl::string_view ellipsis);

// text with spaces after it, or before it, up to width columns.
std::string PadRight(absl::string_view text, size_t width);
std::string PadLeft(absl::string_view text, size_t width);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_UTF8_H_
