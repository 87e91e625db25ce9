// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/trace_state.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

std::string NumberedMembers(int count) {
  std::vector<std::string> members;
  for (int i = 1; i <= count; ++i)
    members.push_back(absl::StrCat("k", i, "=v"));
  return absl::StrJoin(members, ",");
}

std::string AllValueCharacters() {
  std::string all;
  for (char c = ' '; c <= '~'; ++c) {
    if (c != ',' && c != '=') all.push_back(c);
  }
  return all;
}

TEST(TraceStateParseTest, KeepsMembersInOrderWithoutOptionalSpace) {
  const struct {
    const char* reason;
    std::string header;
    std::string kept;
  } kCases[] = {
      {"nothing at all", "", ""},
      {"one member", "foo=1", "foo=1"},
      {"order is kept", "foo=1,bar=2,baz=3", "foo=1,bar=2,baz=3"},
      {"white space around the header", " \tfoo=1\t ", "foo=1"},
      {"white space around members", "foo=1 \t , \t bar=2", "foo=1,bar=2"},
      {"empty members are allowed", ",foo=1,,bar=2,", "foo=1,bar=2"},
      {"white space alone is an empty member", "foo=1, \t ,bar=2",
       "foo=1,bar=2"},
      {"only empty members", " , ,\t,", ""},
      {"32 members", NumberedMembers(32), NumberedMembers(32)},
      {"empty members do not count to 32",
       absl::StrCat(",,", NumberedMembers(32), ",,"), NumberedMembers(32)},
      {"key may begin with a digit", "0foo=1", "0foo=1"},
      {"every character that a key may have",
       "abcdefghijklmnopqrstuvwxyz0123456789_-*/@=1",
       "abcdefghijklmnopqrstuvwxyz0123456789_-*/@=1"},
      {"tenant and system", "fw529a3039@dt=FfAAo", "fw529a3039@dt=FfAAo"},
      {"level 2 has no rule for what follows the @", "foo@=1,foo@@bar@1=2",
       "foo@=1,foo@@bar@1=2"},
      {"key of one character", "a=1", "a=1"},
      {"key of 256 characters", absl::StrCat(std::string(256, 'a'), "=1"),
       absl::StrCat(std::string(256, 'a'), "=1")},
      {"long tenant, which level 1 forbade",
       absl::StrCat(std::string(250, 't'), "@acme0=1"),
       absl::StrCat(std::string(250, 't'), "@acme0=1")},
      {"every character that a value may have",
       absl::StrCat("foo=", AllValueCharacters()),
       absl::StrCat("foo=", AllValueCharacters())},
      {"spaces before a value are part of it", "foo=  1", "foo=  1"},
      {"value of one character", "foo=~", "foo=~"},
      {"value of 256 characters", absl::StrCat("foo=", std::string(256, 'v')),
       absl::StrCat("foo=", std::string(256, 'v'))},
      {"value of 256 characters, then space",
       absl::StrCat("foo=", std::string(256, 'v'), "  "),
       absl::StrCat("foo=", std::string(256, 'v'))},
      {"keys that begin alike are not the same", "foo=1,foo1=2,fo=3",
       "foo=1,foo1=2,fo=3"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    bool ok = false;
    const TraceState state = TraceState::Parse(c.header, &ok);
    EXPECT_TRUE(ok);
    EXPECT_EQ(state.ToString(), c.kept);
    EXPECT_EQ(state.empty(), c.kept.empty());
  }
}

TEST(TraceStateParseTest, DropsAllOfAHeaderThatBreaksTheGrammar) {
  const struct {
    const char* reason;
    std::string header;
  } kCases[] = {
      {"no equals sign", "foo"},
      {"one good member does not help", "foo=1,bar"},
      {"empty key", "=1"},
      {"equals sign alone", "="},
      {"empty value", "foo="},
      {"value of spaces only", "foo=   "},
      {"two equals signs", "foo=1=2"},
      {"semicolon instead of comma", "foo=1;bar=2"},
      {"upper case in a key", "FOO=1"},
      {"upper case late in a key", "foO=1"},
      {"dot in a key", "foo.bar=1"},
      {"space before the equals sign", "foo =1"},
      {"space in a key", "foo bar=1"},
      {"key begins with an underscore", "_foo=1"},
      {"key begins with a dash", "-foo=1"},
      {"key begins with an asterisk", "*foo=1"},
      {"key begins with a slash", "/foo=1"},
      {"tenant is missing", "@foo=1,bar=2"},
      {"byte past ASCII in a key", "f\xc3\xb6o=1"},
      {"key of 257 characters", absl::StrCat(std::string(257, 'a'), "=1")},
      {"tenant and system of 257 characters",
       absl::StrCat(std::string(250, 't'), "@system=1")},
      {"value of 257 characters", absl::StrCat("foo=", std::string(257, 'v'))},
      {"value of 257 characters, the first a space",
       absl::StrCat("foo= ", std::string(256, 'v'))},
      {"tab in a value", "foo=a\tb"},
      {"tab before a value", "foo=\t1"},
      {"delete character in a value", "foo=\x7f"},
      {"control character in a value", "foo=\x1f"},
      {"line end in a value", "foo=1\r\nset-cookie: a"},
      {"line end after a member", "foo=1\n"},
      {"zero byte in a value", std::string("foo=1\0", 6)},
      {"byte past ASCII in a value", "foo=\xc3\xb6"},
      {"33 members", NumberedMembers(33)},
      {"same key, same value", "foo=1,foo=1"},
      {"same key, other value", "foo=1,foo=2"},
      {"same key, far apart", absl::StrCat(NumberedMembers(31), ",k1=2")},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    bool ok = true;
    const TraceState state = TraceState::Parse(c.header, &ok);
    EXPECT_FALSE(ok);
    EXPECT_TRUE(state.empty());
    EXPECT_EQ(state.ToString(), "");
    EXPECT_TRUE(TraceState::Parse(c.header).empty());
  }
}

TEST(TraceStateGetTest, FindsTheWholeKeyOnly) {
  const TraceState state = TraceState::Parse("foo=1,foobar=2,bar= x");
  EXPECT_EQ(state.Get("foo"), "1");
  EXPECT_EQ(state.Get("foobar"), "2");
  EXPECT_EQ(state.Get("bar"), " x");
  EXPECT_EQ(state.Get("fo"), "");
  EXPECT_EQ(state.Get("oobar"), "");
  EXPECT_EQ(state.Get(""), "");
  EXPECT_EQ(state.Get("foo=1"), "");
  EXPECT_EQ(TraceState().Get("foo"), "");
}

TEST(TraceStateSetTest, PutsTheMemberInFront) {
  const struct {
    const char* reason;
    std::string before;
    std::string after;
  } kCases[] = {
      {"empty state", "", "way=1"},
      {"new key", "foo=1,bar=2", "way=1,foo=1,bar=2"},
      {"known key moves to the front", "foo=1,way=0,bar=2",
       "way=1,foo=1,bar=2"},
      {"known key in front", "way=0,foo=1", "way=1,foo=1"},
      {"only that key", "way=0", "way=1"},
      {"the last of 32 makes room", NumberedMembers(32),
       absl::StrCat("way=1,", NumberedMembers(31))},
      {"no room needed at 31", NumberedMembers(31),
       absl::StrCat("way=1,", NumberedMembers(31))},
      {"no room needed where the key is one of 32",
       absl::StrCat(NumberedMembers(31), ",way=0"),
       absl::StrCat("way=1,", NumberedMembers(31))},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const TraceState before = TraceState::Parse(c.before);
    const TraceState after = before.Set("way", "1");
    EXPECT_EQ(after.ToString(), c.after);
    EXPECT_EQ(before.ToString(), c.before) << "the original has changed";
    EXPECT_EQ(TraceState::Parse(after.ToString()), after);
  }
}

TEST(TraceStateSetTest, ChangesNothingOutsideTheGrammar) {
  const struct {
    const char* reason;
    std::string key;
    std::string value;
  } kCases[] = {
      {"empty key", "", "1"},
      {"upper case", "Way", "1"},
      {"key of 257 characters", std::string(257, 'a'), "1"},
      {"empty value", "way", ""},
      {"comma in a value", "way", "1,foo=2"},
      {"equals sign in a value", "way", "1=2"},
      {"space at the end of a value", "way", "1 "},
      {"line end in a value", "way", "1\r\n"},
      {"value of 257 characters", "way", std::string(257, 'v')},
  };
  const TraceState before = TraceState::Parse("foo=1");
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_EQ(before.Set(c.key, c.value), before);
  }
}

TEST(TraceStateDeleteTest, TakesOutTheMemberAndKeepsTheOrder) {
  const TraceState state = TraceState::Parse("foo=1,bar=2,baz=3");
  EXPECT_EQ(state.Delete("foo").ToString(), "bar=2,baz=3");
  EXPECT_EQ(state.Delete("bar").ToString(), "foo=1,baz=3");
  EXPECT_EQ(state.Delete("baz").ToString(), "foo=1,bar=2");
  EXPECT_EQ(state.Delete("ba"), state);
  EXPECT_EQ(state.Delete(""), state);
  EXPECT_TRUE(TraceState::Parse("foo=1").Delete("foo").empty());
  EXPECT_TRUE(TraceState().Delete("foo").empty());
}

TEST(TraceStateTest, CopiesShareTheText) {
  const TraceState state = TraceState::Parse("foo=1");
  const TraceState copy = state;
  EXPECT_EQ(copy.ToString().data(), state.ToString().data());
  EXPECT_EQ(copy, state);
  EXPECT_NE(copy, TraceState());
}

}  // namespace
}  // namespace waybill
