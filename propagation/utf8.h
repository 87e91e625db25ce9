// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Text that is UTF-8, and what is to be done with other bytes. Spans hold what
// the application gave them, and baggage what a peer sent; a receiver of
// protobuf or JSON refuses a whole request for one string that is not UTF-8.
//
//   std::string scratch;
//   absl::string_view clean = waybill::ToValidUtf8(untrusted, &scratch);
//
// Each longest run of bytes that begins like a character and is not one
// becomes one U+FFFD, and so does each byte that cannot begin a character.
//
// Source: the Unicode standard, section 3.9, table 3-7 (well-formed UTF-8) and
// "U+FFFD Substitution of Maximal Subparts".
//
// Functions without state; safe from any thread.
#ifndef WAYBILL_PROPAGATION_UTF8_H_
#define WAYBILL_PROPAGATION_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

// Whether each byte is below 0x80: true for nearly all text, and told sixteen
// bytes at a time.
inline bool IsAscii(const char* data, size_t size) {
  uint64_t seen = 0;
  const auto look = [&seen](const char* at) {
    uint64_t word;
    memcpy(&word, at, 8);
    seen |= word;
  };
  const char* const end = data + size;
  if (size > 16) {
    for (; end - data > 16; data += 16) {
      look(data);
      look(data + 8);
    }
    // Overlaps with what was looked at before.
    look(end - 16);
    look(end - 8);
  } else if (size >= 8) {
    look(data);
    look(end - 8);
  } else {
    for (; data < end; ++data) seen |= static_cast<uint8_t>(*data);
  }
  return (seen & 0x8080808080808080) == 0;
}

// Whether all of text is well-formed: no overlong form, no surrogate, nothing
// past U+10FFFF.
bool IsUtf8(absl::string_view text);

// text itself where all of it is UTF-8, else a repaired copy in *scratch, of
// at most three times the size.
absl::string_view ToValidUtf8(absl::string_view text, std::string* scratch);

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_UTF8_H_
