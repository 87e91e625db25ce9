// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/ids.h"

#include "waybill/propagation/hex.h"

namespace waybill {
namespace {

void WriteBigEndian(uint64_t value, char* out) {
  for (int i = 7; i >= 0; --i) {
    out[i] = static_cast<char>(value & 0xff);
    value >>= 8;
  }
}

}  // namespace

TraceId TraceId::FromHex(absl::string_view hex) {
  uint64_t high = 0;
  uint64_t low = 0;
  if (hex.size() != kHexChars || !ParseHex(hex.substr(0, 16), &high) ||
      !ParseHex(hex.substr(16), &low)) {
    return TraceId();
  }
  return TraceId(high, low);
}

std::string TraceId::ToHex() const {
  std::string hex(kHexChars, '0');
  WriteHex(&hex[0]);
  return hex;
}

void TraceId::WriteHex(char* out) const {
  waybill::WriteHex(high_, 16, out);
  waybill::WriteHex(low_, 16, out + 16);
}

void TraceId::WriteBytes(char* out) const {
  WriteBigEndian(high_, out);
  WriteBigEndian(low_, out + 8);
}

SpanId SpanId::FromHex(absl::string_view hex) {
  uint64_t value = 0;
  if (hex.size() != kHexChars || !ParseHex(hex, &value)) return SpanId();
  return SpanId(value);
}

std::string SpanId::ToHex() const {
  std::string hex(kHexChars, '0');
  WriteHex(&hex[0]);
  return hex;
}

void SpanId::WriteHex(char* out) const { waybill::WriteHex(value_, 16, out); }

void SpanId::WriteBytes(char* out) const { WriteBigEndian(value_, out); }

}  // namespace waybill
