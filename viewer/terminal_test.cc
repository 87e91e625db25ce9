// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/terminal.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(TerminalTest, ChoosesWhatTheTerminalCanShow) {
  struct Row {
    const char* reason;
    TerminalFacts facts;
    ColorMode mode;
    bool color;
    bool ascii;
    size_t width;
  };
  constexpr ColorMode kAuto = ColorMode::kAuto;
  const Row rows[] = {
      {"a terminal of today",
       {true, 120, "", "xterm-256color", "", "en_US.UTF-8"},
       kAuto,
       true,
       false,
       120},
      {"a pipe",
       {false, 0, "", "xterm", "", "C.utf8"},
       kAuto,
       false,
       false,
       100},
      {"a pipe that is told a width",
       {false, 0, "", "xterm", "72", "C.UTF-8"},
       kAuto,
       false,
       false,
       72},
      {"the terminal knows its width better",
       {true, 90, "", "xterm", "72", "C.UTF-8"},
       kAuto,
       true,
       false,
       90},
      {"a width that is none",
       {false, 0, "", "xterm", "wide", "C.UTF-8"},
       kAuto,
       false,
       false,
       100},
      {"NO_COLOR",
       {true, 80, "1", "xterm", "", "C.UTF-8"},
       kAuto,
       false,
       false,
       80},
      {"a dumb terminal",
       {true, 80, "", "dumb", "", "C.UTF-8"},
       kAuto,
       false,
       false,
       80},
      {"no TERM", {true, 80, "", "", "", "C.UTF-8"}, kAuto, false, false, 80},
      {"no locale", {true, 80, "", "xterm", "", ""}, kAuto, true, true, 80},
      {"another character set",
       {true, 80, "", "xterm", "", "de_DE.ISO-8859-1"},
       kAuto,
       true,
       true,
       80},
      {"asked for colours beats all of it",
       {false, 0, "1", "dumb", "", "C.UTF-8"},
       ColorMode::kAlways,
       true,
       false,
       100},
      {"asked for none",
       {true, 80, "", "xterm", "", "C.UTF-8"},
       ColorMode::kNever,
       false,
       false,
       80},
      {"absurdly wide",
       {false, 0, "", "", "99999999", "C.UTF-8"},
       kAuto,
       false,
       false,
       1000},
  };
  for (const Row& row : rows) {
    const RenderOptions options = RenderOptionsFor(row.facts, row.mode);
    EXPECT_EQ(options.color, row.color) << row.reason;
    EXPECT_EQ(options.ascii, row.ascii) << row.reason;
    EXPECT_EQ(options.width, row.width) << row.reason;
  }
}

}  // namespace
}  // namespace waybill
