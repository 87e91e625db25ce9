// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/percent_encoding.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "waybill/propagation/utf8.h"

namespace waybill {
namespace {

bool StandsForItself(char c) {
  return IsBaggageOctet(c) && c != '%' && c != '+';
}

}  // namespace

bool IsBaggageOctet(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != ',' && c != ';' && c != '\\';
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
    uint32_t byte = 0;
    if (untrusted[i] == '%' && is_digit(i + 1) && is_digit(i + 2) &&
        absl::SimpleHexAtoi(untrusted.substr(i + 1, 2), &byte)) {
      decoded.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      decoded.push_back(untrusted[i]);
    }
  }
  std::string repaired;
  return std::string(ToValidUtf8(decoded, &repaired));
}

}  // namespace waybill
