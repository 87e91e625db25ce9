// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The two numbers that tie spans together: a 16-byte TraceId that every span
// of one request shares, and an 8-byte SpanId for each of them.
//
// Source: W3C Trace Context Level 2, section 3.2.2 (trace-id, parent-id).
//
//   waybill::TraceId id = waybill::TraceId::FromHex(
//       "4bf92f3577b34da6a3ce929d0e0e4736");
//   if (id.IsValid()) std::cout << id.ToHex();
//
// Both are plain values: copy them freely, compare them, use them as keys of
// absl's hash maps. The all-zero value is the invalid one; it is what a
// default-constructed id holds and what FromHex() gives for text that is not
// exactly 32 or 16 lower-case hexadecimal digits.
#ifndef WAYBILL_PROPAGATION_IDS_H_
#define WAYBILL_PROPAGATION_IDS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace waybill {

class TraceId {
 public:
  static constexpr size_t kBytes = 16;
  static constexpr size_t kHexChars = 32;

  constexpr TraceId() = default;
  // high holds the first eight bytes, most significant first.
  constexpr TraceId(uint64_t high, uint64_t low) : high_(high), low_(low) {}

  static TraceId FromHex(absl::string_view hex);

  constexpr bool IsValid() const { return (high_ | low_) != 0; }
  constexpr uint64_t high() const { return high_; }
  constexpr uint64_t low() const { return low_; }

  std::string ToHex() const;
  // Writes kHexChars characters and no terminator.
  void WriteHex(char* out) const;
  // Writes kBytes bytes in network order, as binary formats want them.
  void WriteBytes(char* out) const;

  friend constexpr bool operator==(const TraceId& a, const TraceId& b) {
    return a.high_ == b.high_ && a.low_ == b.low_;
  }
  friend constexpr bool operator!=(const TraceId& a, const TraceId& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const TraceId& id) {
    return H::combine(std::move(h), id.high_, id.low_);
  }

 private:
  uint64_t high_ = 0;
  uint64_t low_ = 0;
};

class SpanId {
 public:
  static constexpr size_t kBytes = 8;
  static constexpr size_t kHexChars = 16;

  constexpr SpanId() = default;
  constexpr explicit SpanId(uint64_t value) : value_(value) {}

  static SpanId FromHex(absl::string_view hex);

  constexpr bool IsValid() const { return value_ != 0; }
  constexpr uint64_t value() const { return value_; }

  std::string ToHex() const;
  // Writes kHexChars characters and no terminator.
  void WriteHex(char* out) const;
  // Writes kBytes bytes in network order, as binary formats want them.
  void WriteBytes(char* out) const;

  friend constexpr bool operator==(const SpanId& a, const SpanId& b) {
    return a.value_ == b.value_;
  }
  friend constexpr bool operator!=(const SpanId& a, const SpanId& b) {
    return !(a == b);
  }
  template <typename H>
  friend H AbslHashValue(H h, const SpanId& id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  uint64_t value_ = 0;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_IDS_H_
