// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/demo_for_test.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <regex>
#include <utility>

namespace checkout {
namespace {

// Bazel runs a test where its data is.
constexpr char kDemo[] = "examples/checkout/demo";

// What a customer may wait longer for where others use the machine.
constexpr int kBusyMachineMs = 300;

constexpr char kSold[] = R"(HTTP 200 after (\d+) ms: \{"order":"order-.*)";
constexpr char kStripeTook[] = "stripe.Stripe/Charge took N ms of N ms (N %)";

constexpr char kSoldOutline[] =
    R"(frontend POST /checkout SERVER OK
  frontend auth.Auth/Verify CLIENT OK
    auth auth.Auth/Verify SERVER OK
  frontend payment.Payment/Charge CLIENT OK
    payment payment.Payment/Charge SERVER OK
      payment stripe.Stripe/Charge CLIENT OK
        stripe stripe.Stripe/Charge SERVER OK
      payment fraud.Fraud/Check CLIENT OK
        fraud fraud.Fraud/Check SERVER OK
  frontend inventory.Inventory/Reserve CLIENT OK
    inventory inventory.Inventory/Reserve SERVER OK
      inventory cache.get CLIENT OK
      inventory postgres.query CLIENT OK
  frontend fulfillment.Fulfillment/Queue CLIENT OK
    fulfillment fulfillment.Fulfillment/Queue SERVER OK
      worker fulfillment.process CONSUMER OK
)";

constexpr char kTimeoutOutline[] =
    R"(frontend POST /checkout SERVER 504
  frontend auth.Auth/Verify CLIENT OK
    auth auth.Auth/Verify SERVER OK
  frontend payment.Payment/Charge CLIENT DEADLINE_EXCEEDED
    payment payment.Payment/Charge SERVER DEADLINE_EXCEEDED
      payment stripe.Stripe/Charge CLIENT DEADLINE_EXCEEDED
        stripe stripe.Stripe/Charge SERVER CANCELLED
      payment fraud.Fraud/Check CLIENT OK
        fraud fraud.Fraud/Check SERVER OK
  frontend inventory.Inventory/Reserve CLIENT CANCELLED
    inventory inventory.Inventory/Reserve SERVER CANCELLED
      inventory cache.get CLIENT OK
      inventory postgres.query CLIENT ERROR
)";

constexpr char kDeclinedOutline[] =
    R"(frontend POST /checkout SERVER 402
  frontend auth.Auth/Verify CLIENT OK
    auth auth.Auth/Verify SERVER OK
  frontend payment.Payment/Charge CLIENT FAILED_PRECONDITION
    payment payment.Payment/Charge SERVER FAILED_PRECONDITION
      payment stripe.Stripe/Charge CLIENT FAILED_PRECONDITION
        stripe stripe.Stripe/Charge SERVER FAILED_PRECONDITION
      payment fraud.Fraud/Check CLIENT OK
        fraud fraud.Fraud/Check SERVER OK
)";

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const auto* const scenarios = new std::vector<Scenario>{
      {"normal", kSold, 1200, "", kStripeTook, "", "OK", kSoldOutline},
      {"slow-stripe", kSold, 2800, "", kStripeTook, "", "OK", kSoldOutline},
      // Inventory is cut short in its query: payment had failed.
      {"timeout", R"(HTTP 504 after (\d+) ms: \{"error":.*)", 2810,
       "the caller gave up in the query",
       "payment → stripe.Stripe/Charge: DEADLINE_EXCEEDED after N ms",
       "it brought down payment.Payment/Charge (DEADLINE_EXCEEDED), "
       "POST /checkout (504)",
       "DEADLINE_EXCEEDED", kTimeoutOutline},
      {"declined", R"(HTTP 402 after (\d+) ms: \{"error":"the card was.*)", 610,
       "the card was declined",
       "declined: stripe.Stripe/Charge answered FAILED_PRECONDITION: the card "
       "was declined",
       "", "FAILED_PRECONDITION", kDeclinedOutline},
  };
  return *scenarios;
}

std::string ScenarioName(const testing::TestParamInfo<Scenario>& scenario) {
  std::string name = scenario.param.name;
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
}

void ExpectAnswer(const Scenario& scenario, const Process& demo) {
  const std::vector<std::string> lines = demo.LogLines();
  const std::regex answer("  " + scenario.answer);
  std::smatch match;
  for (const std::string& line : lines) {
    if (std::regex_match(line, match, answer)) {
      const int ms = std::stoi(match[1]);
      EXPECT_GE(ms, scenario.least_ms);
      EXPECT_LT(ms, scenario.least_ms + kBusyMachineMs);
      return;
    }
  }
  FAIL() << "no answer like " << scenario.answer << " in\n"
         << testing::PrintToString(lines);
}

DemoTest::DemoTest() {
  // What the launcher leaves behind becomes a child of this process.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

Process& DemoTest::Start(const std::vector<std::string>& flags) {
  demo_.reset();
  const std::string log = testing::TempDir() + "/demo.log";
  std::remove(log.c_str());
  std::vector<std::string> command = {kDemo};
  command.insert(command.end(), flags.begin(), flags.end());
  demo_ = *Process::Start(
      {"demo", std::move(command), {"TMPDIR=" + testing::TempDir()}, log});
  return *demo_;
}

const Process& DemoTest::Run(const std::vector<std::string>& flags) {
  Process& demo = Start(flags);
  const absl::Status status = demo.WaitForSuccess();
  EXPECT_TRUE(status.ok()) << status;
  return demo;
}

void DemoTest::TearDown() {
  demo_.reset();
  pid_t orphan = 0;
  do {
    orphan = waitpid(-1, nullptr, WNOHANG);
  } while (orphan > 0);  // It had ended, only nobody had asked how.
  EXPECT_EQ(orphan, -1) << "a process was left behind";
}

}  // namespace checkout
