// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Numbers as people read them: "1,200 ms", "33 %", "12,345".
//
//   std::cout << waybill::FormatDuration(1200 * 1000 * 1000);   // 1,200 ms
//
// Durations are nanoseconds. They are shown in milliseconds, because those
// are what requests are made of and one unit compares at a glance; only below
// one of them, and from a minute up, does the unit change.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_FORMAT_H_
#define WAYBILL_VIEWER_FORMAT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

// count with a comma between thousands.
std::string FormatCount(int64_t count);

// "1,200 ms", "3.4 ms", "420 µs", "75.2 s". With ascii_only, "us" for "µs".
std::string FormatDuration(int64_t nanos, bool ascii_only = false);

// part of whole in whole per cent: "33 %". A whole of nothing gives "0 %".
std::string FormatShare(int64_t part, int64_t whole);

// "1 span", "12 spans", "1,000 spans".
std::string FormatPlural(int64_t count, absl::string_view noun);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_FORMAT_H_
