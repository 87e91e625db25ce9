// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace waybill {
namespace {

TEST(JsonWriterTest, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("none").BeginObject().EndObject();
  json.Key("list").BeginArray().Number(1).Bool(true).BeginArray().EndArray();
  json.BeginObject().Key("a").String("b").Key("c").Int64(-1).EndObject();
  json.EndArray().Key("last").Bool(false).EndObject();
  EXPECT_EQ(out, R"({"none":{},"list":[1,true,[],{"a":"b","c":"-1"}],)"
                 R"("last":false})");
}

TEST(JsonWriterTest, EscapesStrings) {
  const struct {
    const char* reason;
    std::string text;
    std::string json;
  } cases[] = {
      {"plain", "a/b", R"("a/b")"},
      {"quote and backslash", R"(a"b\c)", R"("a\"b\\c")"},
      {"line breaks", "a\r\nb", R"("a\u000d\u000ab")"},
      {"a zero byte", std::string("\0", 1), R"("\u0000")"},
      {"delete", "\x7f", R"("\u007f")"},
      {"beyond ASCII", "\xc3\xa9", "\"\xc3\xa9\""},
      {"not UTF-8", "\xff", "\"\xef\xbf\xbd\""},
  };
  for (const auto& c : cases) {
    std::string out;
    JsonWriter(&out).String(c.text);
    EXPECT_EQ(out, c.json) << c.reason;
  }
}

TEST(JsonWriterTest, WritesNumbersThatReadBackTheSame) {
  const struct {
    double value;
    const char* json;
  } cases[] = {
      {0, "0"},
      {0.1, "0.1"},
      {-1e300, "-1e+300"},
      {1.0 / 3, "0.3333333333333333"},
      {std::numeric_limits<double>::quiet_NaN(), "\"NaN\""},
      {std::numeric_limits<double>::infinity(), "\"Infinity\""},
      {-std::numeric_limits<double>::infinity(), "\"-Infinity\""},
  };
  for (const auto& c : cases) {
    std::string out;
    JsonWriter(&out).Double(c.value);
    EXPECT_EQ(out, c.json);
  }
  std::string out;
  JsonWriter(&out).Uint64(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(out, "\"18446744073709551615\"");
  out.clear();
  JsonWriter(&out).Int64(std::numeric_limits<int64_t>::min());
  EXPECT_EQ(out, "\"-9223372036854775808\"");
}

}  // namespace
}  // namespace waybill
