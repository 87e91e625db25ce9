// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Text from spans and from backends, made fit for a terminal or a log: it must
// not be able to move the cursor, ring the bell or begin a new line.
//
//   waybill::Printable("a\nb");        // "a\\x0ab"
//
// Control characters (below U+0020, and U+007F to U+009F) become \xNN, what is
// not UTF-8 becomes U+FFFD. A function without state; safe from any thread.
#ifndef WAYBILL_EXPORTERS_PRINTABLE_H_
#define WAYBILL_EXPORTERS_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

std::string Printable(absl::string_view untrusted);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_PRINTABLE_H_
