// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/utf8.h"

#include <gtest/gtest.h>

namespace waybill {
namespace {

struct Case {
  const char* reason;
  std::string text;
  std::string repaired;
};

const char kBad[] = "\xef\xbf\xbd";

std::string Bad(int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += kBad;
  return text;
}

TEST(Utf8Test, KeepsEveryWellFormedText) {
  const Case cases[] = {
      {"empty", "", ""},
      {"ASCII, shorter than a word", "abc", ""},
      {"ASCII with a zero byte", std::string("a\0b", 3), ""},
      {"first and last of two bytes", "\xc2\x80\xdf\xbf", ""},
      {"first and last of three bytes", "\xe0\xa0\x80\xef\xbf\xbf", ""},
      {"around the surrogates", "\xed\x9f\xbf\xee\x80\x80", ""},
      {"first and last of four bytes", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", ""},
      {"after a long ASCII front", "a long ASCII front, then \xc3\xa9", ""},
  };
  for (const Case& c : cases) {
    std::string scratch;
    const absl::string_view clean = ToValidUtf8(c.text, &scratch);
    EXPECT_EQ(clean, c.text) << c.reason;
    EXPECT_EQ(clean.data(), c.text.data()) << "copied: " << c.reason;
  }
}

TEST(Utf8Test, ReplacesWhatIsNotWellFormed) {
  const Case cases[] = {
      {"a continuation alone", "\x80", Bad(1)},
      {"bytes that nothing begins with", "\xc0\xc1\xf5\xff", Bad(4)},
      {"overlong slash", "\xc0\xaf", Bad(2)},
      {"overlong in three bytes", "\xe0\x9f\xbf", Bad(3)},
      {"overlong in four bytes", "\xf0\x8f\xbf\xbf", Bad(4)},
      {"a surrogate", "\xed\xa0\x80", Bad(3)},
      {"past the last character", "\xf4\x90\x80\x80", Bad(4)},
      {"cut off after two of three", "a\xe2\x82", "a" + Bad(1)},
      {"cut off after three of four", "\xf0\x9f\x98", Bad(1)},
      {"broken off by ASCII", "\xe2\x82z", Bad(1) + "z"},
      {"broken off by another lead", "\xe2\xc3\xa9", Bad(1) + "\xc3\xa9"},
      {"in the middle of good text", "caf\xc3\xa9\xff!",
       "caf\xc3\xa9" + Bad(1) + "!"},
      {"at the end of a word's length", "1234567\xff", "1234567" + Bad(1)},
      {"before an overlapping word", "\xff\x31\x32\x33\x34", Bad(1) + "1234"},
  };
  for (const Case& c : cases) {
    std::string scratch = "left over";
    EXPECT_EQ(ToValidUtf8(c.text, &scratch), c.repaired) << c.reason;
  }
}

TEST(Utf8Test, FindsOneHighByteAtEveryPlaceOfEverySize) {
  for (size_t size = 0; size < 40; ++size) {
    std::string text(size, 'x');
    EXPECT_TRUE(IsAscii(text.data(), size)) << size;
    for (size_t at = 0; at < size; ++at) {
      text[at] = '\x80';
      EXPECT_FALSE(IsAscii(text.data(), size)) << at << " of " << size;
      text[at] = 'x';
    }
  }
}

TEST(IsUtf8Test, FollowsTheTableOfWellFormedSequences) {
  const struct {
    const char* reason;
    absl::string_view text;
    bool is_utf8;
  } kCases[] = {
      {"empty", "", true},
      {"ASCII", "a\x7f", true},
      {"smallest of two bytes, U+0080", "\xc2\x80", true},
      {"largest of two bytes, U+07FF", "\xdf\xbf", true},
      {"smallest of three bytes, U+0800", "\xe0\xa0\x80", true},
      {"last before the surrogates, U+D7FF", "\xed\x9f\xbf", true},
      {"first after the surrogates, U+E000", "\xee\x80\x80", true},
      {"largest of three bytes, U+FFFF", "\xef\xbf\xbf", true},
      {"smallest of four bytes, U+10000", "\xf0\x90\x80\x80", true},
      {"largest of all, U+10FFFF", "\xf4\x8f\xbf\xbf", true},
      {"overlong in two bytes", "\xc1\xbf", false},
      {"overlong in three bytes", "\xe0\x9f\xbf", false},
      {"overlong in four bytes", "\xf0\x8f\xbf\xbf", false},
      {"first surrogate, U+D800", "\xed\xa0\x80", false},
      {"last surrogate, U+DFFF", "\xed\xbf\xbf", false},
      {"past the largest, U+110000", "\xf4\x90\x80\x80", false},
      {"lead byte f5", "\xf5\x80\x80\x80", false},
      {"lead byte ff", "\xff", false},
      {"continuation byte alone", "\x80", false},
      {"second byte missing", "\xc2", false},
      {"third byte missing", "\xe1\x80", false},
      {"fourth byte missing", "\xf1\x80\x80", false},
      {"third byte is none", "\xe1\x80\x41", false},
      {"third byte out of range", "\xe1\x80\xc0", false},
      {"good, then bad", "ok\xc2", false},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_EQ(IsUtf8(c.text), c.is_utf8);
  }
}

}  // namespace
}  // namespace waybill
