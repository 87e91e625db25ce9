// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/percent_encoding.h"

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "waybill/propagation/utf8.h"

namespace waybill {
namespace {

constexpr char kReplacement[] = "\xef\xbf\xbd";

TEST(PercentDecodeTest, DecodesToUtf8) {
  const struct {
    const char* reason;
    std::string encoded;
    std::string decoded;
  } kCases[] = {
      {"nothing to decode", "plain", "plain"},
      {"empty", "", ""},
      {"space", "eu%20west", "eu west"},
      {"lower-case digits", "%c3%bc", "\xc3\xbc"},
      {"upper-case digits", "%C3%BC", "\xc3\xbc"},
      {"percent sign", "100%25", "100%"},
      {"decoded once only", "%2520", "%20"},
      {"plus is not a space", "a+b", "a+b"},
      {"zero byte", "a%00b", std::string("a\0b", 3)},
      {"percent sign at the end stands for itself", "100%", "100%"},
      {"one digit only stands for itself", "%4", "%4"},
      {"no digits stand for themselves", "%zz%4z", "%zz%4z"},
      {"four bytes", "%F0%9F%93%A6", "\xf0\x9f\x93\xa6"},
      {"byte that no sequence has", "a%FFb",
       std::string("a") + kReplacement + "b"},
      {"continuation byte alone", "%80", kReplacement},
      {"sequence cut short", "%C3", kReplacement},
      {"sequence cut short by a letter", "%C3a",
       std::string(kReplacement) + "a"},
      {"overlong form of a slash", "%C0%AF",
       std::string(kReplacement) + kReplacement},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_EQ(PercentDecode(c.encoded), c.decoded);
    EXPECT_TRUE(IsUtf8(PercentDecode(c.encoded)));
  }
}

TEST(AppendPercentEncodedTest, EncodesWhatMayNotStandForItself) {
  const struct {
    const char* reason;
    std::string text;
    std::string encoded;
  } kCases[] = {
      {"letters, digits", "azAZ09", "azAZ09"},
      {"marks that may stand for themselves", "!#$&'()*-./:<=>?@[]^_`{|}~",
       "!#$&'()*-./:<=>?@[]^_`{|}~"},
      {"marks that may not", " \",;\\%", "%20%22%2C%3B%5C%25"},
      {"plus, which some read as a space", "1+1", "1%2B1"},
      {"line end", "\r\n", "%0D%0A"},
      {"zero byte", std::string("\0", 1), "%00"},
      {"delete character", "\x7f", "%7F"},
      {"bytes past ASCII", "\xc3\xbc", "%C3%BC"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    std::string out = "before ";
    AppendPercentEncoded(c.text, &out);
    EXPECT_EQ(out, "before " + c.encoded);
    EXPECT_EQ(PercentEncodedBytes(c.text), c.encoded.size());
    EXPECT_EQ(PercentDecode(c.encoded), c.text);
  }
}

TEST(IsBaggageOctetTest, JudgesEveryByteValue) {
  // The grammar's ranges, as the specification writes them.
  for (int byte = 0; byte < 256; ++byte) {
    const bool expected = byte == 0x21 || (byte >= 0x23 && byte <= 0x2b) ||
                          (byte >= 0x2d && byte <= 0x3a) ||
                          (byte >= 0x3c && byte <= 0x5b) ||
                          (byte >= 0x5d && byte <= 0x7e);
    EXPECT_EQ(IsBaggageOctet(static_cast<char>(byte)), expected) << byte;
  }
}

}  // namespace
}  // namespace waybill
