// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Lower-case hexadecimal digits to numbers and back. Upper case is refused:
// every format that this folder reads allows lower case only.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_PROPAGATION_HEX_H_
#define WAYBILL_PROPAGATION_HEX_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace waybill {

// Reads all of hex, 16 digits at the most, into *value. False, with *value
// left alone, where hex is empty, longer, or holds anything but 0-9 and a-f.
bool ParseHex(absl::string_view hex, uint64_t* value);

// Writes the lowest digits * 4 bits of value as that many characters.
void WriteHex(uint64_t value, size_t digits, char* out);

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_HEX_H_
