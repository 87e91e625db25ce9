// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A fact about a span: a key and a value that is a boolean, a 64-bit integer,
// a double, a string, or a list of one of these.
//
// Source: OpenTelemetry specification, "Attribute".
//
//   span.SetAttribute("cart.items", 3);
//   span.SetAttributes({{"cart.currency", "EUR"}, {"cart.gift", false}});
//
// Both types only refer to strings and lists; the span copies what it keeps.
// They are meant to live in the argument list of a call and no longer.
#ifndef WAYBILL_RECORDER_ATTRIBUTE_H_
#define WAYBILL_RECORDER_ATTRIBUTE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "waybill/recorder/attribute_key.h"

namespace waybill {

class AttributeValue {
 public:
  enum class Type : uint8_t {
    kBool,
    kInt,
    kDouble,
    kString,
    kBoolList,
    kIntList,
    kDoubleList,
    kStringList,
  };

  AttributeValue(bool value)  // NOLINT: so that a call reads like a literal
      : header_(HeaderOf(Type::kBool)), int_(value ? 1 : 0) {}
  template <typename T, typename = std::enable_if_t<
                            (std::is_integral_v<T> ||
                             std::is_enum_v<T>)&&!std::is_same_v<T, bool>>>
  AttributeValue(T value)  // NOLINT
      : header_(HeaderOf(Type::kInt)), int_(static_cast<int64_t>(value)) {}
  AttributeValue(double value)  // NOLINT
      : header_(HeaderOf(Type::kDouble)), double_(value) {}
  // Any other pointer would count as a bool.
  AttributeValue(const void* value) = delete;
  AttributeValue(absl::string_view value)  // NOLINT
      : header_(HeaderOf(Type::kString)), string_(value) {}
  AttributeValue(const char* value)  // NOLINT
      : header_(HeaderOf(Type::kString)),
        string_(absl::NullSafeStringView(value)) {}
  AttributeValue(const std::string& value)  // NOLINT
      : header_(HeaderOf(Type::kString)), string_(value) {}
  AttributeValue(absl::Span<const bool> list)  // NOLINT
      : header_(HeaderOf(Type::kBoolList)), bools_(list) {}
  AttributeValue(absl::Span<const int64_t> list)  // NOLINT
      : header_(HeaderOf(Type::kIntList)), ints_(list) {}
  AttributeValue(absl::Span<const double> list)  // NOLINT
      : header_(HeaderOf(Type::kDoubleList)), doubles_(list) {}
  AttributeValue(absl::Span<const absl::string_view> list)  // NOLINT
      : header_(HeaderOf(Type::kStringList)), strings_(list) {}

  Type type() const { return static_cast<Type>(header_ >> 8); }
  // What the type adds to the header of an entry: see packed.h.
  uint32_t header() const { return header_; }
  static constexpr uint32_t HeaderOf(Type type) {
    return static_cast<uint32_t>(type) << 8;
  }

  // Each is defined for its own type only.
  bool bool_value() const { return int_ != 0; }
  int64_t int_value() const { return int_; }
  double double_value() const { return double_; }
  // The 64 bits of a value up to kDouble: 0 or 1 for a boolean.
  uint64_t number_bits() const {
    uint64_t bits;
    memcpy(&bits, &int_, sizeof(bits));
    return bits;
  }
  absl::string_view string_value() const { return string_; }
  absl::Span<const bool> bool_list() const { return bools_; }
  absl::Span<const int64_t> int_list() const { return ints_; }
  absl::Span<const double> double_list() const { return doubles_; }
  absl::Span<const absl::string_view> string_list() const { return strings_; }

 private:
  uint32_t header_;
  union {
    int64_t int_;
    double double_;
    absl::string_view string_;
    absl::Span<const bool> bools_;
    absl::Span<const int64_t> ints_;
    absl::Span<const double> doubles_;
    absl::Span<const absl::string_view> strings_;
  };
};

struct Attribute {
  AttributeKey key;
  AttributeValue value;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_ATTRIBUTE_H_
