// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The name of an attribute. Any text will do; a key that is set on many spans
// costs less when it is interned, once, where it is declared:
//
//   const waybill::AttributeKey kItems = waybill::InternKey("cart.items");
//   ...
//   span.SetAttribute(kItems, 3);
//   span.SetAttribute("cart.currency", "EUR");
//
// A span then keeps a number of two bytes for the key instead of its text. An
// interned key is the same key as its text.
//
// Thread-safe, and safe in static initializers.
#ifndef WAYBILL_RECORDER_ATTRIBUTE_KEY_H_
#define WAYBILL_RECORDER_ATTRIBUTE_KEY_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

class AttributeKey {
 public:
  static constexpr size_t kMaxBytes = 65535;

  AttributeKey(absl::string_view text)  // NOLINT: so that a call reads well
      : data_(text.data()),
        size_(static_cast<uint32_t>(text.size())),
        header_(HeaderOf(text.size())) {}
  AttributeKey(const char* text)  // NOLINT
      : AttributeKey(absl::NullSafeStringView(text)) {}
  AttributeKey(const std::string& text)  // NOLINT
      : AttributeKey(absl::string_view(text)) {}

  absl::string_view text() const { return absl::string_view(data_, size_); }

  // How an entry of such an attribute begins: see packed.h. The low byte is
  // kText, and the upper half the key's size; kInterned, and its id; or kNone
  // for a key that no attribute can have, an empty or a very long one. It is
  // zero, as in a key that has not been initialized yet.
  static constexpr uint8_t kNone = 0;
  static constexpr uint8_t kText = 1;
  static constexpr uint8_t kInterned = 2;
  uint32_t header() const { return header_; }

 private:
  friend AttributeKey InternKeyText(const char* text);

  static uint32_t HeaderOf(size_t size) {
    return size - 1 < kMaxBytes ? static_cast<uint32_t>(size) << 16 | kText
                                : kNone;
  }

  const char* data_;
  uint32_t size_;
  uint32_t header_;
};

// For string literals. Interned are kMaxInternedKeys different ones of up to
// kMaxInternedKeyBytes printable ASCII characters; any other becomes a key like
// one that was never interned.
inline constexpr size_t kMaxInternedKeys = 4095;
inline constexpr size_t kMaxInternedKeyBytes = 100;
AttributeKey InternKeyText(const char* text);
template <size_t N>
AttributeKey InternKey(const char (&literal)[N]) {
  return InternKeyText(literal);
}

namespace attribute_key_internal {
// By id. Each is written once.
struct Interned {
  std::atomic<const std::string*> text;
  std::atomic<uint8_t> bytes;
};
extern Interned interned[kMaxInternedKeys + 1];
}  // namespace attribute_key_internal

// Of an id that some key has had.
inline absl::string_view InternedKeyText(uint16_t id) {
  using attribute_key_internal::interned;
  return *interned[id].text.load(std::memory_order_acquire);
}
inline size_t InternedKeyBytes(uint16_t id) {
  using attribute_key_internal::interned;
  return interned[id].bytes.load(std::memory_order_acquire);
}

}  // namespace waybill

#endif  // WAYBILL_RECORDER_ATTRIBUTE_KEY_H_
