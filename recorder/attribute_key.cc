// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/attribute_key.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"

namespace waybill {

namespace attribute_key_internal {
Interned interned[kMaxInternedKeys + 1];
}  // namespace attribute_key_internal

namespace {

using attribute_key_internal::interned;

bool CanBeInterned(absl::string_view text) {
  return !text.empty() && text.size() <= kMaxInternedKeyBytes &&
         std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

}  // namespace

// Without a lock, at which a child that is forked meanwhile would wait for
// ever. Ids are given in order, so that the first empty place ends the search.
// The text is copied: a library with the literal may be unloaded while spans
// that it has set attributes on wait for their export.
AttributeKey InternKeyText(const char* text) {
  AttributeKey key(text);
  if (!CanBeInterned(key.text())) return key;
  auto made = std::make_unique<const std::string>(text);
  for (uint16_t id = 1; id <= kMaxInternedKeys; ++id) {
    const std::string* there =
        interned[id].text.load(std::memory_order_acquire);
    if (there == nullptr && interned[id].text.compare_exchange_strong(
                                there, made.get(), std::memory_order_acq_rel,
                                std::memory_order_acquire)) {
      there = made.release();
    }
    if (*there != key.text()) continue;
    interned[id].bytes.store(static_cast<uint8_t>(there->size()),
                             std::memory_order_release);
    key = AttributeKey(*there);
    key.header_ = uint32_t{id} << 16 | AttributeKey::kInterned;
    return key;
  }
  return key;
}

}  // namespace waybill
