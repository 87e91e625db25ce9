// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/hex.h"

#include <array>

namespace waybill {
namespace {

constexpr uint8_t kNotADigit = 0xff;

constexpr std::array<uint8_t, 256> MakeDigitTable() {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[c] = kNotADigit;
    if (c >= '0' && c <= '9') table[c] = static_cast<uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') table[c] = static_cast<uint8_t>(c - 'a' + 10);
  }
  return table;
}

constexpr std::array<uint8_t, 256> kDigits = MakeDigitTable();

}  // namespace

bool ParseHex(absl::string_view hex, uint64_t* value) {
  if (hex.empty() || hex.size() > 16) return false;
  uint64_t result = 0;
  uint8_t seen = 0;  // All digits or-ed: only kNotADigit has a high nibble.
  for (char c : hex) {
    const uint8_t digit = kDigits[static_cast<uint8_t>(c)];
    seen |= digit;
    result = (result << 4) | (digit & 0xf);
  }
  if (seen > 0xf) return false;
  *value = result;
  return true;
}

void WriteHex(uint64_t value, size_t digits, char* out) {
  for (size_t i = digits; i > 0; --i) {
    out[i - 1] = "0123456789abcdef"[value & 0xf];
    value >>= 4;
  }
}

}  // namespace waybill
