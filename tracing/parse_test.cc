// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/parse.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace waybill {
namespace {

constexpr EnvironmentVariable kVariable = {"OTEL_TEST"};

Environment With(const std::string& value) {
  return Environment::Of({{kVariable.name, value}});
}

absl::StatusOr<absl::optional<uint64_t>> Number(const std::string& value) {
  return GetNumber(With(value), kVariable, "spans", 1, 100);
}

TEST(ParseTest, BadValueIsOneLineWhateverTheValueIs) {
  const absl::Status status = BadValue("NAME", "a\nb\"\x01", "a word");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "NAME=\"a\\nb\\\"\\001\": not a word");
}

TEST(ParseTest, NumberInRangeIsTaken) {
  const std::pair<const char*, uint64_t> rows[] = {
      {"1", 1},      // the least
      {"100", 100},  // the most
      {"007", 7},    // not octal
      {" 7 ", 7},    // as a shell script may leave it
  };
  for (const auto& [text, number] : rows) {
    const auto got = Number(text);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(*got, number) << text;
  }
}

TEST(ParseTest, NumberThatIsNoneIsNamedWithWhatIsAllowed) {
  const std::pair<const char*, const char*> rows[] = {
      {"0", "below the least"},
      {"101", "above the most"},
      {"-1", "negative"},
      {"1.5", "not whole"},
      {"5s", "a unit"},
      {"0x10", "not decimal"},
      {"soon", "a word"},
      {"   ", "white space alone"},
      {"18446744073709551617", "2^64 + 1, which must not become 1"},
  };
  for (const auto& [text, reason] : rows) {
    const auto got = Number(text);
    EXPECT_EQ(got.status().code(), absl::StatusCode::kInvalidArgument)
        << reason;
    EXPECT_EQ(got.status().message(),
              "OTEL_TEST=\"" + std::string(text) +
                  "\": not a whole number of spans from 1 to 100");
  }
}

TEST(ParseTest, UnsetIsNoValue) {
  EXPECT_EQ(*Number(""), absl::nullopt);
  EXPECT_EQ(*GetBool(With(""), kVariable), absl::nullopt);
}

TEST(ParseTest, BoolIsTrueOrFalseInAnyCase) {
  EXPECT_EQ(*GetBool(With("true"), kVariable), true);
  EXPECT_EQ(*GetBool(With("TRUE"), kVariable), true);
  EXPECT_EQ(*GetBool(With("False"), kVariable), false);
  for (const char* text : {"1", "0", "yes", "truee", " true"}) {
    const auto got = GetBool(With(text), kVariable);
    EXPECT_EQ(got.status().message(),
              "OTEL_TEST=\"" + std::string(text) + "\": not true or false");
  }
}

TEST(ParseTest, FirstThatIsSetAndNotEmpty) {
  const EnvironmentVariable a = {"A"};
  const EnvironmentVariable b = {"B"};
  using Named = std::pair<std::string, std::string>;
  EXPECT_EQ(GetFirst(Environment::Of({{"A", "1"}, {"B", "2"}}), {a, b}),
            Named("A", "1"));
  EXPECT_EQ(GetFirst(Environment::Of({{"A", ""}, {"B", "2"}}), {a, b}),
            Named("B", "2"));
  EXPECT_EQ(GetFirst(Environment::Of({}), {a, b}), absl::nullopt);
}

TEST(ParseTest, Pairs) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  struct Row {
    const char* text;
    Pairs pairs;
    const char* reason;
  };
  const Row rows[] = {
      {"", {}, "nothing"},
      {"a=1", {{"a", "1"}}, "one"},
      {"a=1,b=2", {{"a", "1"}, {"b", "2"}}, "two, in order"},
      {" a = 1 , b = 2 ", {{"a", "1"}, {"b", "2"}}, "white space around"},
      {"a=1,,", {{"a", "1"}}, "empty members"},
      {"a=", {{"a", ""}}, "an empty value"},
      {"a=b=c", {{"a", "b=c"}}, "the first equals sign separates"},
      {"a=1%2C2%20", {{"a", "1,2 "}}, "percent-encoded"},
      {"a%3D=1", {{"a=", "1"}}, "a key, too"},
      {"a=100%", {{"a", "100%"}}, "a percent sign that encodes nothing"},
  };
  for (const Row& row : rows) {
    const auto got = ParsePairs("NAME", row.text);
    ASSERT_TRUE(got.ok()) << row.reason << got.status();
    EXPECT_EQ(*got, row.pairs) << row.reason;
  }
}

TEST(ParseTest, PairsWithoutKeyOrValueAreAnError) {
  for (const char* text : {"a", "a=1,b", "=1", " =1", "a=1,=2"}) {
    EXPECT_EQ(ParsePairs("NAME", text).status().message(),
              "NAME=\"" + std::string(text) +
                  "\": not key=value pairs separated by commas");
  }
}

}  // namespace
}  // namespace waybill
