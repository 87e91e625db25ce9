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
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

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

  AttributeValue(bool value) : type_(Type::kBool), bool_(value) {}  // NOLINT
  template <typename T, typename = std::enable_if_t<
                            (std::is_integral_v<T> ||
                             std::is_enum_v<T>)&&!std::is_same_v<T, bool>>>
  AttributeValue(T value)  // NOLINT: so that a call reads like a literal
      : type_(Type::kInt), int_(static_cast<int64_t>(value)) {}
  AttributeValue(double value)  // NOLINT
      : type_(Type::kDouble), double_(value) {}
  AttributeValue(absl::string_view value)  // NOLINT
      : type_(Type::kString), string_(value) {}
  AttributeValue(const char* value)  // NOLINT
      : type_(Type::kString), string_(absl::NullSafeStringView(value)) {}
  AttributeValue(const std::string& value)  // NOLINT
      : type_(Type::kString), string_(value) {}
  AttributeValue(absl::Span<const bool> list)  // NOLINT
      : type_(Type::kBoolList), bools_(list) {}
  AttributeValue(absl::Span<const int64_t> list)  // NOLINT
      : type_(Type::kIntList), ints_(list) {}
  AttributeValue(absl::Span<const double> list)  // NOLINT
      : type_(Type::kDoubleList), doubles_(list) {}
  AttributeValue(absl::Span<const absl::string_view> list)  // NOLINT
      : type_(Type::kStringList), strings_(list) {}

  Type type() const { return type_; }

  // Each is defined for its own type only.
  bool bool_value() const { return bool_; }
  int64_t int_value() const { return int_; }
  double double_value() const { return double_; }
  absl::string_view string_value() const { return string_; }
  absl::Span<const bool> bool_list() const { return bools_; }
  absl::Span<const int64_t> int_list() const { return ints_; }
  absl::Span<const double> double_list() const { return doubles_; }
  absl::Span<const absl::string_view> string_list() const { return strings_; }

 private:
  Type type_;
  union {
    bool bool_;
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
  absl::string_view key;
  AttributeValue value;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_ATTRIBUTE_H_
