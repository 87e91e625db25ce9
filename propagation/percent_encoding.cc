// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/percent_encoding.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace waybill {
namespace {

constexpr absl::string_view kReplacementCharacter = "\xef\xbf\xbd";  // U+FFFD

bool StandsForItself(char c) {
  return IsBaggageOctet(c) && c != '%' && c != '+';
}

// The length of the UTF-8 sequence that text begins with, 0 where there is
// none. The Unicode Standard, table 3-7: what the second byte may be depends
// on the first, the ones after it are free.
size_t LeadingSequenceBytes(absl::string_view text) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < bytes) return 0;
  uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  for (size_t i = 1; i < bytes; ++i) {
    const uint8_t byte = static_cast<uint8_t>(text[i]);
    if (byte < lowest || byte > highest) return 0;
    lowest = 0x80;
    highest = 0xbf;
  }
  return bytes;
}

std::string ReplaceInvalidUtf8(absl::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = LeadingSequenceBytes(text);
    result.append(bytes == 0 ? kReplacementCharacter.data() : text.data(),
                  bytes == 0 ? kReplacementCharacter.size() : bytes);
    text.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return result;
}

}  // namespace

bool IsBaggageOctet(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != ',' && c != ';' && c != '\\';
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t bytes = LeadingSequenceBytes(text);
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

void AppendPercentEncoded(absl::string_view text, std::string* out) {
  for (char c : text) {
    if (StandsForItself(c)) {
      out->push_back(c);
    } else {
      const uint8_t byte = static_cast<uint8_t>(c);
      out->push_back('%');
      out->push_back("0123456789ABCDEF"[byte >> 4]);
      out->push_back("0123456789ABCDEF"[byte & 0xf]);
    }
  }
}

size_t PercentEncodedBytes(absl::string_view text) {
  const size_t plain = std::count_if(text.begin(), text.end(), StandsForItself);
  return plain + 3 * (text.size() - plain);
}

std::string PercentDecode(absl::string_view untrusted) {
  const auto is_digit = [untrusted](size_t i) {
    return i < untrusted.size() &&
           absl::ascii_isxdigit(static_cast<unsigned char>(untrusted[i]));
  };
  std::string decoded;
  decoded.reserve(untrusted.size());
  for (size_t i = 0; i < untrusted.size(); ++i) {
    if (untrusted[i] == '%' && is_digit(i + 1) && is_digit(i + 2)) {
      decoded += absl::HexStringToBytes(untrusted.substr(i + 1, 2));
      i += 2;
    } else {
      decoded.push_back(untrusted[i]);
    }
  }
  return IsUtf8(decoded) ? decoded : ReplaceInvalidUtf8(decoded);
}

}  // namespace waybill
