// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/baggage.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

std::string NumberedMembers(int count) {
  std::vector<std::string> members;
  for (int i = 1; i <= count; ++i)
    members.push_back(absl::StrCat("k", i, "=v"));
  return absl::StrJoin(members, ",");
}

// One "[key|value|metadata]" for each member.
std::string Describe(const Baggage& baggage) {
  std::string text;
  for (const Baggage::Member& member : baggage.members()) {
    absl::StrAppend(&text, "[", member.key, "|", member.value, "|",
                    member.metadata, "]");
  }
  return text;
}

TEST(BaggageParseTest, ReadsWhatTheGrammarAllows) {
  const struct {
    const char* reason;
    std::string header;
    std::string members;
  } kCases[] = {
      {"nothing at all", "", ""},
      {"one member", "tenant=acme", "[tenant|acme|]"},
      {"order is kept", "b=1,a=2", "[b|1|][a|2|]"},
      {"empty value", "a=", "[a||]"},
      {"white space in every place that may have it",
       " \ta \t = \t 1 \t ; \t p \t = \t q \t , \t b = 2 ",
       "[a|1|p \t = \t q][b|2|]"},
      {"empty members, as joining headers leaves them", ",a=1,, ,b=2,",
       "[a|1|][b|2|]"},
      {"equals signs in a value", "a=b=c==", "[a|b=c==|]"},
      {"percent-encoded value", "region=eu%20west%2C%3B",
       "[region|eu west,;|]"},
      {"percent sign that encodes nothing", "a=100%", "[a|100%|]"},
      {"not UTF-8 once decoded", "a=%FF", "[a|\xef\xbf\xbd|]"},
      {"a key is not decoded", "a%20b=1", "[a%20b|1|]"},
      {"case matters in keys", "a=1,A=2", "[a|1|][A|2|]"},
      {"every mark that a key may have", "!#$%&'*+-.^_`|~=1",
       "[!#$%&'*+-.^_`|~|1|]"},
      {"property without a value", "a=1;p", "[a|1|p]"},
      {"several properties, as they came",
       "a=1;p=%20;q ; r=", "[a|1|p=%20;q ; r=]"},
      {"the same key twice", "a=1,a=2", "[a|1|][a|2|]"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    bool ok = false;
    const Baggage baggage = Baggage::Parse(c.header, &ok);
    EXPECT_TRUE(ok);
    EXPECT_EQ(Describe(baggage), c.members);
    EXPECT_EQ(baggage.empty(), c.members.empty());
  }
}

TEST(BaggageParseTest, SkipsTheMemberThatBreaksTheGrammar) {
  const struct {
    const char* reason;
    std::string member;
  } kCases[] = {
      {"no equals sign", "bad"},
      {"property without a member", ";p"},
      {"no equals sign before the properties", "bad;p=1"},
      {"empty key", "=1"},
      {"space in a key", "b d=1"},
      {"bracket in a key", "b(d=1"},
      {"byte past ASCII in a key", "b\xc3\xa4=1"},
      {"space in a value", "bad=eu west"},
      {"quote in a value", "bad=\"1\""},
      {"backslash in a value", "bad=\\"},
      {"raw byte past ASCII in a value", "bad=\xc3\xa4"},
      {"line end in a value", "bad=1\r\nset-cookie: a"},
      {"line end after a value", "bad=1\n"},
      {"zero byte in a value", std::string("bad=\0", 5)},
      {"property with an empty key", "bad=1;=2"},
      {"empty property", "bad=1;"},
      {"empty property between others", "bad=1;p;;q"},
      {"space in a property's key", "bad=1;p q"},
      {"quote in a property's value", "bad=1;p=\"q\""},
      {"line end in a property", "bad=1;p=\r\n"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    bool ok = true;
    const Baggage baggage =
        Baggage::Parse(absl::StrCat("a=1,", c.member, ",b=2"), &ok);
    EXPECT_FALSE(ok);
    EXPECT_EQ(Describe(baggage), "[a|1|][b|2|]");
  }
}

TEST(BaggageParseTest, KeepsSixtyFourMembersAndDropsTheNext) {
  bool ok = false;
  EXPECT_EQ(Baggage::Parse(NumberedMembers(64), &ok).ToString(),
            NumberedMembers(64));
  EXPECT_TRUE(ok);
  const Baggage baggage = Baggage::Parse(NumberedMembers(65), &ok);
  EXPECT_FALSE(ok);
  EXPECT_EQ(baggage.ToString(), NumberedMembers(64));
}

TEST(BaggageParseTest, CountsNeitherEmptyNorSkippedMembersToTheLimit) {
  bool ok = true;
  const Baggage baggage =
      Baggage::Parse(absl::StrCat("bad,,", NumberedMembers(64), ", ,"), &ok);
  EXPECT_FALSE(ok);
  EXPECT_EQ(baggage.ToString(), NumberedMembers(64));
}

TEST(BaggageParseTest, KeepsWhatFitsInto8192Bytes) {
  const struct {
    const char* reason;
    std::string header;
    bool fits;
    std::string kept;
  } kCases[] = {
      {"one member of 8192 bytes", absl::StrCat("a=", std::string(8190, 'v')),
       true, absl::StrCat("a=", std::string(8190, 'v'))},
      {"one member of 8193 bytes", absl::StrCat("a=", std::string(8191, 'v')),
       false, ""},
      {"8192 bytes with the comma",
       absl::StrCat("a=", std::string(8186, 'v'), ",b=1"), true,
       absl::StrCat("a=", std::string(8186, 'v'), ",b=1")},
      {"8193 bytes with the comma",
       absl::StrCat("a=", std::string(8187, 'v'), ",b=1"), false,
       absl::StrCat("a=", std::string(8187, 'v'))},
      {"8193 bytes with the metadata",
       absl::StrCat("a=", std::string(8188, 'v'), ";pq"), false, ""},
      {"a small one fits after a large one that did not",
       absl::StrCat("a=1,b=", std::string(8190, 'v'), ",c=2"), false,
       "a=1,c=2"},
      {"white space does not count",
       absl::StrCat("a=1", std::string(9000, ' '), ",b=2"), true, "a=1,b=2"},
      {"encoded bytes count as they are written",
       absl::StrCat("a=", std::string(2731, '%')), false, ""},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    bool ok = !c.fits;
    const Baggage baggage = Baggage::Parse(c.header, &ok);
    EXPECT_EQ(ok, c.fits);
    EXPECT_EQ(baggage.ToString(), c.kept);
  }
}

TEST(BaggageTest, WritesWhatItReadsBack) {
  const std::string values[] = {
      "",     "plain", "eu west",        "a,b;c=d",
      "100%", "1+1",   "\xc3\xbc\n\"\\", std::string("\0", 1)};
  Baggage baggage;
  int i = 0;
  for (const std::string& value : values) {
    baggage = baggage.Set(absl::StrCat("k", i++), value, "p; q=1");
  }
  bool ok = false;
  const Baggage again = Baggage::Parse(baggage.ToString(), &ok);
  EXPECT_TRUE(ok);
  EXPECT_EQ(again.members().size(), 8u);
  EXPECT_EQ(Describe(again), Describe(baggage));
}

TEST(BaggageGetTest, AnswersWithTheLastOfAKey) {
  const Baggage baggage = Baggage::Parse("a=1,b=,a=2");
  EXPECT_EQ(baggage.Get("a"), "2");
  EXPECT_EQ(baggage.Get("b"), "");
  EXPECT_EQ(baggage.Get("c"), absl::nullopt);
  EXPECT_EQ(Baggage().Get("a"), absl::nullopt);
}

TEST(BaggageSetTest, PutsTheMemberAtTheEndInPlaceOfAllOfItsKey) {
  const Baggage before = Baggage::Parse("a=1;p,b=2,a=3");
  EXPECT_EQ(before.Set("c", "x y", " q=1 ").ToString(),
            "a=1;p,b=2,a=3,c=x%20y;q=1");
  EXPECT_EQ(before.Set("a", "4").ToString(), "b=2,a=4");
  EXPECT_EQ(Baggage().Set("a", "1").ToString(), "a=1");
  EXPECT_EQ(before.ToString(), "a=1;p,b=2,a=3") << "the original has changed";
}

TEST(BaggageSetTest, ChangesNothingOutsideTheGrammar) {
  const struct {
    const char* reason;
    std::string key;
    std::string value;
    std::string metadata;
  } kCases[] = {
      {"empty key", "", "1", ""},
      {"space in a key", "a b", "1", ""},
      {"equals sign in a key", "a=b", "1", ""},
      {"line end in a key", "a\r\n", "1", ""},
      {"value that is not UTF-8", "a", "\xff", ""},
      {"comma in the metadata", "a", "1", "p,b=2"},
      {"line end in the metadata", "a", "1", "p\r\nset-cookie: a"},
      {"empty property in the metadata", "a", "1", "p;;q"},
  };
  const Baggage before = Baggage::Parse("a=0,z=9");
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_EQ(before.Set(c.key, c.value, c.metadata).ToString(), "a=0,z=9");
  }
}

TEST(BaggageSetTest, ChangesNothingPastALimit) {
  const Baggage full = Baggage::Parse(NumberedMembers(64));
  EXPECT_EQ(full.Set("k65", "v").ToString(), full.ToString());
  EXPECT_EQ(full.Set("k64", "w").Get("k64"), "w");

  const Baggage small = Baggage::Parse("a=1");
  // "a=1,b=" and 8186 bytes make 8192.
  EXPECT_EQ(small.Set("b", std::string(8186, 'v')).ToString().size(), 8192u);
  EXPECT_EQ(small.Set("b", std::string(8187, 'v')).ToString(), "a=1");
  EXPECT_EQ(small.Set("b", std::string(2729, ' ')).ToString(), "a=1");
}

TEST(BaggageDeleteTest, TakesOutAllOfAKey) {
  const Baggage baggage = Baggage::Parse("a=1,b=2,a=3");
  EXPECT_EQ(baggage.Delete("a").ToString(), "b=2");
  EXPECT_EQ(baggage.Delete("c").ToString(), "a=1,b=2,a=3");
  EXPECT_TRUE(baggage.Delete("a").Delete("b").empty());
  EXPECT_TRUE(Baggage().Delete("a").empty());
}

}  // namespace
}  // namespace waybill
