// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/flags.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FlagsTest : public ::testing::Test {
 protected:
  FlagsTest() {
    flags_.AddText("from", "URL|FILE", "where", &from_);
    flags_.AddChoice("format", {"tree", "json"}, "what", &format_);
    flags_.AddCount("max", "how many", &max_);
    flags_.AddSwitch("both", "both halves", &both_);
  }

  Flags flags_;
  std::string from_ = "default";
  std::string format_ = "tree";
  size_t max_ = 10;
  bool both_ = false;
};

TEST_F(FlagsTest, KeepsDefaultsWithoutArguments) {
  EXPECT_THAT(*flags_.Parse({}), IsEmpty());
  EXPECT_EQ(from_, "default");
  EXPECT_EQ(max_, 10u);
}

TEST_F(FlagsTest, ReadsValuesAfterEqualsAndAsTheNextArgument) {
  EXPECT_THAT(*flags_.Parse({"--from=a=b", "--format", "json", "--max", "3",
                             "--both", "word"}),
              ElementsAre("word"));
  EXPECT_EQ(from_, "a=b");
  EXPECT_EQ(format_, "json");
  EXPECT_EQ(max_, 3u);
  EXPECT_TRUE(both_);
}

TEST_F(FlagsTest, LeavesAnotherCommandsArgumentsAlone) {
  EXPECT_THAT(*flags_.Parse({"--both", "--", "ls", "--format=long", "--"}),
              ElementsAre("ls", "--format=long", "--"));
  EXPECT_THAT(*flags_.Parse({"-", "--from="}), ElementsAre("-"));
  EXPECT_EQ(from_, "");
  flags_.StopAtFirstWord();
  EXPECT_THAT(*flags_.Parse({"--max=2", "ls", "--format=long"}),
              ElementsAre("ls", "--format=long"));
  EXPECT_EQ(max_, 2u);
}

TEST_F(FlagsTest, SaysWhatIsWrongAndWhatIsAllowed) {
  struct Row {
    std::vector<std::string> arguments;
    const char* error;
  };
  const Row rows[] = {
      {{"--fromat=x"},
       "there is no flag --fromat; there are --from, --format, --max, --both"},
      {{"--format=xml"}, "--format: expected one of tree, json; found xml"},
      {{"--from"}, "--from needs a value: --from=URL|FILE"},
      {{"--both=no"}, "--both takes no value; found no"},
      {{"--max=0"}, "--max: expected a whole number from 1 up; found 0"},
      {{"--max=-1"}, "--max: expected a whole number from 1 up; found -1"},
      {{"--max=many"}, "--max: expected a whole number from 1 up; found many"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(flags_.Parse(row.arguments).status().message(), row.error);
  }
}

TEST_F(FlagsTest, HelpsWithALineForEach) {
  EXPECT_EQ(flags_.Help(),
            "  --from=URL|FILE       where\n"
            "  --format=tree|json    what\n"
            "  --max=N               how many\n"
            "  --both                both halves\n");
}

}  // namespace
}  // namespace waybill
