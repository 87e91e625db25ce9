// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// How text is drawn: with which characters, and with colours or without.
//
//   waybill::TextStyle style(options);
//   out += style.Paint(waybill::Ink::kBad, style.Clean(span.name));
//
// Everything that a peer sent goes through Clean() before it is drawn: a span
// could otherwise clear the screen or forge a line. Paint() comes last, after
// padding: its escape sequences take no columns.
//
// Immutable; safe from any thread.
#ifndef WAYBILL_VIEWER_TEXT_STYLE_H_
#define WAYBILL_VIEWER_TEXT_STYLE_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

struct RenderOptions {
  // ANSI colours. The caller knows whether there is a terminal.
  bool color = false;
  // For terminals whose locale is not UTF-8.
  bool ascii = false;
  size_t width = 100;  // Columns; less than 40 counts as 40.
  // Client and server half of a call as two lines.
  bool both = false;
};

enum class Ink { kPlain, kDim, kStrong, kGood, kDeclined, kBad };

struct Glyphs {
  const char* on_path;
  const char* branch;  // Of a tree, three columns each.
  const char* last_branch;
  const char* trunk;
  const char* bar;  // Of a waterfall, a column each.
  const char* transit;
  const char* grid;
  const char* ellipsis;
};

class TextStyle {
 public:
  explicit TextStyle(const RenderOptions& options);

  const Glyphs& glyphs() const { return *glyphs_; }
  size_t width() const { return width_; }

  // untrusted, or words of the viewer's own, ready to be drawn on one line.
  std::string Clean(absl::string_view untrusted) const;

  // Durations are text of the viewer's own, in the character set of the style.
  std::string Duration(int64_t nanos) const;

  std::string Paint(Ink ink, absl::string_view text) const;

  // Each service has a colour of its own as long as there are enough.
  std::string PaintService(size_t service, absl::string_view text) const;

 private:
  const bool color_;
  const bool ascii_;
  const size_t width_;
  const Glyphs* const glyphs_;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TEXT_STYLE_H_
