// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/printable.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "waybill/propagation/utf8.h"

namespace waybill {

std::string Printable(absl::string_view untrusted) {
  std::string scratch;
  const absl::string_view text = ToValidUtf8(untrusted, &scratch);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    uint8_t byte = static_cast<uint8_t>(text[i]);
    // U+0080 to U+009F are two bytes, and the text is known to be UTF-8.
    const bool is_c1 = byte == 0xc2 && static_cast<uint8_t>(text[i + 1]) < 0xa0;
    if (is_c1) byte = static_cast<uint8_t>(text[++i]);
    if (byte < 0x20 || byte == 0x7f || is_c1) {
      absl::StrAppend(&out, "\\x", absl::Hex(byte, absl::kZeroPad2));
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace waybill
