// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/hex.h"

#include <array>
#include <cstring>

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

// Ids are read and written in each call that is traced: eight digits at a time,
// as the bytes of one word.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "the first digit is taken to be the lowest byte");

constexpr uint64_t EachByte(uint64_t byte) {
  return byte * 0x0101010101010101u;
}

// Eight digits' number, or a number above 32 bits for other text.
[[gnu::always_inline]] inline uint64_t ParseEight(const char* text) {
  constexpr uint64_t kNoNumber = ~uint64_t{0};
  uint64_t chars;
  memcpy(&chars, text, sizeof(chars));
  // 0x40 is in letters and not in digits.
  const uint64_t letters = chars >> 6 & EachByte(1);
  uint64_t digits = (chars & EachByte(0x0f)) + letters * 9;
  // '0' to '9' are 0x30 to 0x39, 'a' to 'f' are 0x61 to 0x66: the upper halves
  // have to be these, and letters' values 10 to 15, and others' less.
  const uint64_t upper = EachByte(0x30) + letters * 0x30;
  const uint64_t over_nine = (digits + EachByte(6)) >> 4 & EachByte(1);
  const uint64_t wrong = ((chars & EachByte(0xf0)) ^ upper) |
                         (over_nine ^ letters) | (digits & EachByte(0x10));
  if (wrong != 0) return kNoNumber;
  digits = (digits << 4 | digits >> 8) & 0x00ff00ff00ff00ffu;
  digits = (digits | digits >> 8) & 0x0000ffff0000ffffu;
  digits = digits | digits >> 16;
  return __builtin_bswap32(static_cast<uint32_t>(digits));
}

[[gnu::always_inline]] inline void WriteEight(uint32_t value, char* out) {
  uint64_t digits = __builtin_bswap32(value);
  digits = (digits | digits << 16) & 0x0000ffff0000ffffu;
  digits = (digits | digits << 8) & 0x00ff00ff00ff00ffu;
  digits = (digits >> 4 & 0x000f000f000f000fu) | (digits & 0x000f000f000f000fu)
                                                     << 8;
  const uint64_t letters = (digits + EachByte(6)) >> 4 & EachByte(1);
  digits += EachByte('0') + letters * ('a' - '0' - 10);
  memcpy(out, &digits, sizeof(digits));
}

}  // namespace

bool ParseHex(absl::string_view hex, uint64_t* value) {
  if (hex.size() == 16) {
    const uint64_t high = ParseEight(hex.data());
    const uint64_t low = ParseEight(hex.data() + 8);
    if ((high | low) >> 32 != 0) return false;
    *value = high << 32 | low;
    return true;
  }
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
  if (digits == 16) {
    WriteEight(static_cast<uint32_t>(value >> 32), out);
    WriteEight(static_cast<uint32_t>(value), out + 8);
    return;
  }
  for (size_t i = digits; i > 0; --i) {
    out[i - 1] = "0123456789abcdef"[value & 0xf];
    value >>= 4;
  }
}

}  // namespace waybill
