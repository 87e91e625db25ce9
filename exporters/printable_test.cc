// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/printable.h"

#include <gtest/gtest.h>

namespace waybill {
namespace {

TEST(PrintableTest, EscapesWhatATerminalWouldActOn) {
  const struct {
    const char* reason;
    std::string text;
    std::string printable;
  } cases[] = {
      {"plain", "GET /cart", "GET /cart"},
      {"beyond ASCII", "caf\xc3\xa9 \xf0\x9f\x93\xa6",
       "caf\xc3\xa9 \xf0\x9f\x93\xa6"},
      {"a new line", "a\nb", "a\\x0ab"},
      {"an escape sequence", "\x1b[2J", "\\x1b[2J"},
      {"a zero byte", std::string("a\0b", 3), "a\\x00b"},
      {"delete", "\x7f", "\\x7f"},
      {"a control character of two bytes",
       "\xc2\x9b"
       "2J",
       "\\x9b2J"},
      {"the first character after those", "\xc2\xa0", "\xc2\xa0"},
      {"not UTF-8", "a\xff", "a\xef\xbf\xbd"},
      {"cut off at the end", "a\xc2", "a\xef\xbf\xbd"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Printable(c.text), c.printable) << c.reason;
  }
}

}  // namespace
}  // namespace waybill
