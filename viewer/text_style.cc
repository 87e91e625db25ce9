// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/text_style.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

constexpr size_t kMinWidth = 40;

constexpr Glyphs kUnicode = {"●", "├─ ", "└─ ", "│  ", "█", "░", "┊", "…"};
constexpr Glyphs kAscii = {"*", "|- ", "`- ", "|  ", "#", "-", ":", "..."};

constexpr const char* kReset = "\x1b[0m";
// Cyan, yellow, magenta, green, blue and their bright forms: red is left for
// what went wrong.
constexpr const char* kServiceColors[] = {
    "\x1b[36m", "\x1b[33m", "\x1b[35m", "\x1b[32m", "\x1b[34m",
    "\x1b[96m", "\x1b[93m", "\x1b[95m", "\x1b[92m", "\x1b[94m",
};
constexpr size_t kServiceColorCount =
    sizeof(kServiceColors) / sizeof(kServiceColors[0]);

const char* ColorOf(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kStrong:
      return "\x1b[1m";
    case Ink::kGood:
      return "\x1b[32m";
    case Ink::kDeclined:
      return "\x1b[33m";
    case Ink::kBad:
      return "\x1b[1;31m";
  }
  return "";
}

}  // namespace

TextStyle::TextStyle(const RenderOptions& options)
    : color_(options.color),
      ascii_(options.ascii),
      width_(std::max(options.width, kMinWidth)),
      glyphs_(options.ascii ? &kAscii : &kUnicode) {}

std::string TextStyle::Clean(absl::string_view untrusted) const {
  if (!ascii_) return EscapeForTerminal(untrusted, false);
  // The viewer's own sentences use these.
  const std::string plain =
      absl::StrReplaceAll(untrusted, {{"→", "->"}, {"µs", "us"}, {"…", "..."}});
  return EscapeForTerminal(plain, true);
}

std::string TextStyle::Duration(int64_t nanos) const {
  return FormatDuration(nanos, ascii_);
}

std::string TextStyle::Paint(Ink ink, absl::string_view text) const {
  if (!color_ || text.empty() || ink == Ink::kPlain) return std::string(text);
  return absl::StrCat(ColorOf(ink), text, kReset);
}

std::string TextStyle::PaintService(size_t service,
                                    absl::string_view text) const {
  if (!color_ || text.empty()) return std::string(text);
  return absl::StrCat(kServiceColors[service % kServiceColorCount], text,
                      kReset);
}

}  // namespace waybill
