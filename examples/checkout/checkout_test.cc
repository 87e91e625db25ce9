// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The demo as a person runs it: the real launcher, services and stores. What a
// scenario's customer is told, that nothing is left behind, and what it says
// when something is wrong.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <regex>

#include "examples/checkout/process.h"

namespace checkout {
namespace {

using testing::Contains;
using testing::HasSubstr;

// Bazel runs a test where its data is.
constexpr char kDemo[] = "examples/checkout/demo";

// An agent that does nothing: any library that is loaded anyway.
std::string HarmlessAgent() {
  Dl_info library = {};
  dladdr(dlsym(RTLD_DEFAULT, "getpid"), &library);
  return std::string("--agent=") + library.dli_fname;
}

class CheckoutTest : public testing::Test {
 protected:
  CheckoutTest() {
    // What the launcher leaves behind becomes a child of this process.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  }

  Process& Start(const std::vector<std::string>& flags) {
    const std::string log = testing::TempDir() + "/demo.log";
    std::remove(log.c_str());
    std::vector<std::string> command = {kDemo};
    command.insert(command.end(), flags.begin(), flags.end());
    demo_ = *Process::Start({"demo", std::move(command), {}, log});
    return *demo_;
  }

  void TearDown() override {
    demo_.reset();
    pid_t orphan = 0;
    do {
      orphan = waitpid(-1, nullptr, WNOHANG);
    } while (orphan > 0);  // It had ended, only nobody had asked how.
    EXPECT_EQ(orphan, -1) << "a process was left behind";
  }

 private:
  std::unique_ptr<Process> demo_;
};

struct Scenario {
  const char* name;
  std::string answer;  // a regular expression, with the time as its group
  // What the customer waits, within what a busy machine may add.
  int least_ms;
  // The line of a service's log that tells the scenario from the others.
  std::string log = "";
};

constexpr int kBusyMachineMs = 300;

class ScenarioTest : public CheckoutTest,
                     public testing::WithParamInterface<Scenario> {
 protected:
  void ExpectAnswer(const Process& demo) const {
    const std::vector<std::string> lines = demo.LogLines();
    const std::regex answer("  " + GetParam().answer);
    std::smatch match;
    for (const std::string& line : lines) {
      if (std::regex_match(line, match, answer)) {
        const int ms = std::stoi(match[1]);
        EXPECT_GE(ms, GetParam().least_ms);
        EXPECT_LT(ms, GetParam().least_ms + kBusyMachineMs);
        return;
      }
    }
    FAIL() << "no answer like " << GetParam().answer << " in\n"
           << testing::PrintToString(lines);
  }

  void ExpectLog(const Process& demo) const {
    if (GetParam().log.empty()) return;
    EXPECT_THAT(demo.LogLines(), Contains(HasSubstr(GetParam().log)));
  }
};

TEST_P(ScenarioTest, AnswersTheCustomerWithoutTracing) {
  Process& demo =
      Start({"--tracing=none", "--scenario=" + std::string(GetParam().name)});
  const absl::Status status = demo.WaitForSuccess();
  ASSERT_TRUE(status.ok()) << status;
  ExpectAnswer(demo);
  ExpectLog(demo);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScenarioTest,
    testing::Values(
        Scenario{"normal", R"(HTTP 200 after (\d+) ms: \{"order":"order-.*)",
                 1200},
        Scenario{"slow-stripe",
                 R"(HTTP 200 after (\d+) ms: \{"order":"order-.*)", 2800},
        // Inventory is cut short in its query: payment had failed.
        Scenario{"timeout", R"(HTTP 504 after (\d+) ms: \{"error":.*)", 2810,
                 "the caller gave up in the query"},
        Scenario{"declined",
                 R"(HTTP 402 after (\d+) ms: \{"error":"the card was.*)", 610,
                 "the card was declined"}),
    [](const testing::TestParamInfo<Scenario>& scenario) {
      std::string name = scenario.param.name;
      name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
      return name;
    });

TEST_F(CheckoutTest, AnswersByGrpcWhenTracedFromOutside) {
  Process& demo = Start({"--tracing=preload", HarmlessAgent(), "--no-viewer"});
  const absl::Status status = demo.WaitForSuccess();
  ASSERT_TRUE(status.ok()) << status;
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
