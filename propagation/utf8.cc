// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/utf8.h"

namespace waybill {
namespace {

constexpr absl::string_view kReplacement = "\xef\xbf\xbd";

struct Sequence {
  size_t size;
  bool valid;
};

// The character, or the wrong bytes, that text (not empty) begins with.
Sequence FirstSequence(absl::string_view text) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return {1, true};
  if (lead < 0xc2 || lead > 0xf4) return {1, false};
  const size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // The second byte's range keeps out overlong forms, surrogates, and what is
  // past the last character.
  uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  for (size_t i = 1; i < size; ++i) {
    if (i == text.size()) return {i, false};
    const uint8_t next = static_cast<uint8_t>(text[i]);
    if (next < low || next > high) return {i, false};
    low = 0x80;
    high = 0xbf;
  }
  return {size, true};
}

// How many bytes at the front are UTF-8.
size_t ValidPrefix(absl::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const Sequence sequence = FirstSequence(text.substr(at));
    if (!sequence.valid) break;
    at += sequence.size;
  }
  return at;
}

}  // namespace

bool IsUtf8(absl::string_view text) {
  return IsAscii(text.data(), text.size()) || ValidPrefix(text) == text.size();
}

absl::string_view ToValidUtf8(absl::string_view text, std::string* scratch) {
  if (IsAscii(text.data(), text.size())) return text;
  size_t valid = ValidPrefix(text);
  if (valid == text.size()) return text;
  scratch->clear();
  while (true) {
    scratch->append(text.data(), valid);
    text.remove_prefix(valid);
    if (text.empty()) return *scratch;
    scratch->append(kReplacement.data(), kReplacement.size());
    text.remove_prefix(FirstSequence(text).size);
    valid = ValidPrefix(text);
  }
}

}  // namespace waybill
