// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The demo as a person runs it: the real launcher, services and stores. What a
// scenario's customer is told, that nothing is left behind, and what it says
// when something is wrong.
#include <dlfcn.h>
#include <httplib.h>

#include <chrono>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "examples/checkout/demo_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace checkout {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

// An agent that does nothing: any library that is loaded anyway.
std::string HarmlessAgent() {
  Dl_info library = {};
  dladdr(dlsym(RTLD_DEFAULT, "getpid"), &library);
  return std::string("--agent=") + library.dli_fname;
}

class CheckoutTest : public DemoTest {};

class AnswerTest : public DemoTest,
                   public testing::WithParamInterface<Scenario> {
 protected:
  // Runs it, and returns how long it took to end after the answer was there.
  std::chrono::milliseconds RunAndTimeTheEnd(const std::string& flag) {
    Process& demo = Start({flag, "--scenario=" + std::string(GetParam().name)});
    const absl::Status answered = demo.WaitForLine("  HTTP ").status();
    EXPECT_TRUE(answered.ok()) << answered;
    const auto start = std::chrono::steady_clock::now();
    const absl::Status status = demo.WaitForSuccess();
    EXPECT_TRUE(status.ok()) << status;
    const auto end = std::chrono::steady_clock::now();

    ExpectAnswer(GetParam(), demo);
    EXPECT_THAT(demo.LogLines(), Contains(HasSubstr(GetParam().log)));
    lost_.clear();
    for (const std::string& line : demo.LogLines()) {
      if (line.find("spans were lost") != std::string::npos) {
        lost_.push_back(line);
      }
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(end - start);
  }

  // One line for each service in the scenario's outline: with its spans.
  static std::vector<std::string> AllLost() {
    std::map<std::string, int> spans;
    std::istringstream outline(GetParam().outline);
    std::string line;
    while (std::getline(outline, line)) {
      std::istringstream words(line);
      std::string service;
      words >> service;
      ++spans[service];
    }
    std::vector<std::string> lines;
    for (const auto& service : spans) {
      const std::string count = std::to_string(service.second);
      lines.push_back("  " + service.first +
                      std::string(13 - service.first.size(), ' ') + count +
                      " of " + count + " spans were lost");
    }
    return lines;
  }

  std::vector<std::string> lost_;
};

// With nothing to send spans to, nothing is different for the customer, and a
// service does not stay longer.
TEST_P(AnswerTest, IsTheSameWithoutTracingAndWithoutAViewer) {
  const std::chrono::milliseconds untraced = RunAndTimeTheEnd("--tracing=none");
  EXPECT_THAT(lost_, IsEmpty());
  const std::chrono::milliseconds unseen = RunAndTimeTheEnd("--no-viewer");
  EXPECT_THAT(lost_, UnorderedElementsAreArray(AllLost()));
  EXPECT_LT(unseen, untraced + std::chrono::milliseconds(500));
}

INSTANTIATE_TEST_SUITE_P(All, AnswerTest, testing::ValuesIn(Scenarios()),
                         ScenarioName);

TEST_F(CheckoutTest, AnswersByGrpcWhenTracedFromOutside) {
  const Process& demo =
      Run({"--tracing=preload", HarmlessAgent(), "--no-viewer"});
  EXPECT_THAT(demo.LogLines(), Contains(HasSubstr("gRPC OK after ")));
}

TEST_F(CheckoutTest, ServesUntilInterrupted) {
  Process& demo = Start({"--tracing=none", "--serve"});
  const absl::Status open = demo.WaitForLine("Ctrl-C").status();
  ASSERT_TRUE(open.ok()) << open;
  const absl::StatusOr<std::string> curl = demo.WaitForLine("  curl -i -d ");
  ASSERT_TRUE(curl.ok()) << curl.status();
  const std::string url = curl->substr(curl->find("http://"));
  httplib::Client shop(url.substr(0, url.rfind('/')));

  const struct {
    std::string body;
    int status;
    const char* reason;
  } kCases[] = {
      {R"({"customer": "ada", "item": "mug"})", 200, "one is the default"},
      {R"({"customer": "ada", "item": "mug", "quantity": 2})", 200, "again"},
      {R"({"customer": "ada", "item": "unicorn"})", 409, "the database has 0"},
      {R"({"customer": "ada", "item": "unicorn"})", 409, "the cache knows"},
      {R"({"item": "mug"})", 401, "nobody is shopping"},
      {R"({"customer": "ada", "item": "mug", "quantity": 0})", 400, "nothing"},
      {R"({"customer": "ada", "item": 7})", 400, "a number is no item"},
      {R"(mug)", 400, "not JSON"},
      {R"([])", 400, "not an object"},
  };
  for (const auto& test_case : kCases) {
    const httplib::Result result =
        shop.Post("/checkout", test_case.body, "application/json");
    ASSERT_TRUE(result) << test_case.reason;
    EXPECT_EQ(result->status, test_case.status) << test_case.reason;
  }
  demo.RequestStop();  // SIGTERM, as good as Ctrl-C
  const absl::Status status = demo.WaitForSuccess();
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(CheckoutTest, StopsEverythingWhenInterruptedWhileItStarts) {
  Process& demo = Start({"--tracing=none"});
  ASSERT_TRUE(demo.WaitForLine("Starting ").ok());
  demo.RequestStop();
  EXPECT_THAT(demo.WaitForSuccess().message(),
              HasSubstr("demo ended with exit status 143"));
}

TEST_F(CheckoutTest, NamesWhatDoesNotStartAndShowsItsLog) {
  Process& demo =
      Start({"--tracing=preload", HarmlessAgent(), "--waybill=/no/such/file"});
  EXPECT_THAT(demo.WaitForSuccess().message(),
              HasSubstr("demo ended with exit status 1."));
  EXPECT_THAT(demo.LogLines(),
              Contains(HasSubstr("viewer ended with exit status 127")));
  EXPECT_THAT(demo.LogLines(),
              Contains(HasSubstr("/no/such/file: No such file or directory")));
}

TEST_F(CheckoutTest, RefusesAnAgentThatIsNotThere) {
  Process& demo = Start({"--tracing=preload", "--agent=/no/such/agent.so"});
  EXPECT_THAT(demo.WaitForSuccess().message(),
              HasSubstr("demo ended with exit status 1."));
  EXPECT_THAT(demo.LogLines(),
              Contains(HasSubstr("no agent at /no/such/agent.so")));
}

TEST_F(CheckoutTest, RefusesAScenarioThatItDoesNotKnow) {
  Process& demo = Start({"--scenario=lucky"});
  EXPECT_THAT(demo.WaitForSuccess().message(),
              HasSubstr("demo ended with exit status 2."));
  EXPECT_THAT(demo.LogLines(), Contains(HasSubstr("usage: demo ")));
}

}  // namespace
}  // namespace checkout
