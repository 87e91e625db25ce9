// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/utf8.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace waybill {
namespace {

constexpr char32_t kMalformed = 0x110000;

struct Range {
  char32_t first;
  char32_t last;
};

// Blocks of combining marks and of joiners, which take no column.
constexpr Range kZeroWidth[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},   {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f},   {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
};

// Blocks that Unicode's East Asian Width calls wide, and emoji.
constexpr Range kWide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x26a1, 0x26a1},
    {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2b1b, 0x2b1c},   {0x2e80, 0x303e},
    {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe4f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb},
    {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
};

// Characters that print nothing but change how others are shown: directional
// marks and overrides, joiners, line and paragraph separators, tags.
constexpr Range kInvisible[] = {
    {0x00ad, 0x00ad}, {0x061c, 0x061c}, {0x180e, 0x180e},
    {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

template <size_t kCount>
bool IsIn(const Range (&ranges)[kCount], char32_t c) {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return true;
  }
  return false;
}

// The bytes of a character by its first one, or 0 where none starts so.
size_t SequenceLength(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

// Reads one character off the front of *text, which is not empty. Where none
// is well-formed there, takes one byte and answers kMalformed.
char32_t TakeCharacter(absl::string_view* text) {
  const uint8_t first = static_cast<uint8_t>((*text)[0]);
  const size_t length = SequenceLength(first);
  char32_t c = length == 1 ? first : first & (0x7f >> length);
  bool well_formed = length != 0 && length <= text->size();
  for (size_t i = 1; well_formed && i < length; ++i) {
    const uint8_t byte = static_cast<uint8_t>((*text)[i]);
    well_formed = (byte & 0xc0) == 0x80;
    c = (c << 6) | (byte & 0x3f);
  }
  const bool overlong =
      (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  const bool surrogate = c >= 0xd800 && c <= 0xdfff;
  if (!well_formed || overlong || surrogate || c > 0x10ffff) {
    text->remove_prefix(1);
    return kMalformed;
  }
  text->remove_prefix(length);
  return c;
}

size_t WidthOf(char32_t c) {
  if (IsIn(kZeroWidth, c)) return 0;
  return IsIn(kWide, c) ? 2 : 1;
}

void AppendEscape(char32_t c, std::string* out) {
  switch (c) {
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    default:
      break;
  }
  const uint32_t number = static_cast<uint32_t>(c);
  if (number < 0x100) {
    absl::StrAppendFormat(out, "\\x%02x", number);
  } else {
    absl::StrAppendFormat(out, "\\u{%x}", number);
  }
}

}  // namespace

std::string CleanUtf8(absl::string_view bytes, size_t max_bytes) {
  std::string clean;
  while (!bytes.empty()) {
    const absl::string_view rest = bytes;
    const char32_t c = TakeCharacter(&bytes);
    const absl::string_view character =
        c == kMalformed ? "\xef\xbf\xbd"
                        : rest.substr(0, rest.size() - bytes.size());
    if (clean.size() + character.size() > max_bytes) {
      clean.append("…");
      break;
    }
    clean.append(character.data(), character.size());
  }
  return clean;
}

std::string EscapeForTerminal(absl::string_view utf8, bool ascii_only) {
  std::string escaped;
  while (!utf8.empty()) {
    const absl::string_view rest = utf8;
    const char32_t c = TakeCharacter(&utf8);
    const bool control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    if (c == kMalformed) {
      AppendEscape(static_cast<uint8_t>(rest[0]), &escaped);
    } else if (control || IsIn(kInvisible, c) || (ascii_only && c > 0x7f)) {
      AppendEscape(c, &escaped);
    } else {
      escaped.append(rest.data(), rest.size() - utf8.size());
    }
  }
  return escaped;
}

size_t DisplayWidth(absl::string_view utf8) {
  size_t width = 0;
  while (!utf8.empty()) width += WidthOf(TakeCharacter(&utf8));
  return width;
}

std::string FitToWidth(absl::string_view utf8, size_t width,
                       absl::string_view ellipsis) {
  if (DisplayWidth(utf8) <= width) return std::string(utf8);
  const size_t reserved = DisplayWidth(ellipsis);
  if (reserved > width) return std::string();
  absl::string_view rest = utf8;
  size_t used = reserved;
  size_t kept = 0;
  while (!rest.empty()) {
    used += WidthOf(TakeCharacter(&rest));
    if (used > width) break;
    kept = utf8.size() - rest.size();
  }
  return absl::StrCat(utf8.substr(0, kept), ellipsis);
}

std::string PadRight(absl::string_view text, size_t width) {
  const size_t used = DisplayWidth(text);
  return absl::StrCat(text, std::string(used < width ? width - used : 0, ' '));
}

std::string PadLeft(absl::string_view text, size_t width) {
  const size_t used = DisplayWidth(text);
  return absl::StrCat(std::string(used < width ? width - used : 0, ' '), text);
}

}  // namespace waybill
