// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/utf8.h"

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

struct Row {
  const char* reason;
  std::string input;
  std::string expected;
};

TEST(CleanUtf8Test, ReplacesWhatIsNotUtf8) {
  const std::vector<Row> rows = {
      {"plain text stays", "auth.Auth/Verify", "auth.Auth/Verify"},
      {"nothing stays nothing", "", ""},
      {"well-formed characters stay", "café 日本 🚀", "café 日本 🚀"},
      {"a byte that starts no character", "a\xff\x62", "a\ufffdb"},
      {"a continuation byte alone", "\x80", "\ufffd"},
      {"a character cut short at the end", "a\xe2\x82", "a\ufffd\ufffd"},
      {"a character cut short by another", "\xe2\x82z", "\ufffd\ufffdz"},
      {"an overlong slash", "\xc0\xaf", "\ufffd\ufffd"},
      {"an overlong of three bytes", "\xe0\x80\xaf", "\ufffd\ufffd\ufffd"},
      {"half of a surrogate pair", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
      {"past the last character", "\xf4\x90\x80\x80",
       "\ufffd\ufffd\ufffd\ufffd"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(CleanUtf8(row.input, 100), row.expected) << row.reason;
  }
}

TEST(CleanUtf8Test, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(CleanUtf8("abcdef", 6), "abcdef");
  EXPECT_EQ(CleanUtf8("abcdefg", 6), "abcdef…");
  EXPECT_EQ(CleanUtf8("abcdé", 5), "abcd…") << "é would need a sixth byte";
}

TEST(EscapeForTerminalTest, WritesOutWhatATerminalWouldObey) {
  const std::vector<Row> rows = {
      {"a colour sequence", "\x1b[31mred", "\\x1b[31mred"},
      {"the title of the window", "\x1b]0;x\x07", "\\x1b]0;x\\x07"},
      {"line breaks would forge lines", "a\nb\rc\td", "a\\nb\\rc\\td"},
      {"delete", "\x7f", "\\x7f"},
      {"C1 control as a character: CSI", "\u009b31m", "\\x9b31m"},
      {"C1 control as a byte", "\x9b", "\\x9b"},
      {"right-to-left override", "a\u202eb", "a\\u{202e}b"},
      {"zero-width space", "a\u200bb", "a\\u{200b}b"},
      {"a byte-order mark", "\ufeff", "\\u{feff}"},
      {"letters of any script stay", "naïve 日本", "naïve 日本"},
      {"NUL", std::string("a\0b", 3), "a\\x00b"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(EscapeForTerminal(row.input, false), row.expected) << row.reason;
  }
}

TEST(EscapeForTerminalTest, WritesOutAllButAsciiWhereAsked) {
  EXPECT_EQ(EscapeForTerminal("café 🚀", true), "caf\\xe9 \\u{1f680}");
}

TEST(DisplayWidthTest, CountsColumns) {
  EXPECT_EQ(DisplayWidth(""), 0u);
  EXPECT_EQ(DisplayWidth("abc"), 3u);
  EXPECT_EQ(DisplayWidth("café"), 4u);
  EXPECT_EQ(DisplayWidth("cafe\u0301"), 4u) << "a combining accent";
  EXPECT_EQ(DisplayWidth("日本"), 4u) << "wide characters";
  EXPECT_EQ(DisplayWidth("🚀"), 2u) << "emoji";
  EXPECT_EQ(DisplayWidth("├─ █"), 4u) << "box drawing";
}

TEST(FitToWidthTest, NeverExceedsTheWidth) {
  EXPECT_EQ(FitToWidth("abcdef", 6, "…"), "abcdef");
  EXPECT_EQ(FitToWidth("abcdef", 5, "…"), "abcd…");
  EXPECT_EQ(FitToWidth("abcdef", 5, "..."), "ab...");
  EXPECT_EQ(FitToWidth("abcdef", 0, "…"), "");
  EXPECT_EQ(FitToWidth("日本語", 5, "…"), "日本…");
  EXPECT_EQ(FitToWidth("日本語", 4, "…"), "日…") << "half of one never fits";
}

TEST(PadTest, FillsUpToTheWidthInColumns) {
  EXPECT_EQ(PadRight("日", 4), "日  ");
  EXPECT_EQ(PadLeft("é", 3), "  é");
  EXPECT_EQ(PadRight("abc", 2), "abc") << "never cuts";
}

}  // namespace
}  // namespace waybill
