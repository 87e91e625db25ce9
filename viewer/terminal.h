// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the terminal that output goes to can show.
//
//   const waybill::RenderOptions options = waybill::RenderOptionsFor(
//       waybill::LookAtTerminal(STDOUT_FILENO), waybill::ColorMode::kAuto);
//
// Colours by themselves only in a terminal, and not where NO_COLOR is set to
// anything (no-color.org) or TERM is "dumb" or not set. Characters beyond
// ASCII only where the locale says UTF-8. The width is the terminal's, or else
// COLUMNS, or else 100.
//
// Free functions; LookAtTerminal() reads the environment.
#ifndef WAYBILL_VIEWER_TERMINAL_H_
#define WAYBILL_VIEWER_TERMINAL_H_

#include <cstddef>
#include <string>

#include "waybill/viewer/text_style.h"

namespace waybill {

enum class ColorMode { kAuto, kAlways, kNever };

struct TerminalFacts {
  bool is_terminal = false;
  size_t columns = 0;    // 0 where it does not say.
  std::string no_color;  // These are environment variables.
  std::string term;
  std::string columns_variable;
  std::string locale;  // The first that is set of LC_ALL, LC_CTYPE and LANG.
};

TerminalFacts LookAtTerminal(int descriptor);

RenderOptions RenderOptionsFor(const TerminalFacts& facts, ColorMode mode);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TERMINAL_H_
