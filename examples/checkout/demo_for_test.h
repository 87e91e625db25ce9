// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the demo's tests share: the demo as a person runs it, the real launcher,
// services and stores; and what each scenario must come to.
//
//   class ServeTest : public checkout::DemoTest {};
//   TEST_F(ServeTest, Opens) {
//     checkout::Process& demo = Start({"--serve"});
//     ASSERT_TRUE(demo.WaitForLine("Ctrl-C").ok());
//   }
//
// A test fails if a process is left behind when it ends.
#ifndef EXAMPLES_CHECKOUT_DEMO_FOR_TEST_H_
#define EXAMPLES_CHECKOUT_DEMO_FOR_TEST_H_

#include <memory>
#include <string>
#include <vector>

#include "examples/checkout/process.h"
#include "gtest/gtest.h"

namespace checkout {

struct Scenario {
  const char* name;
  // What the customer is told, by HTTP: a regular expression whose group is how
  // many milliseconds it took; and how many it takes at least.
  std::string answer;
  int least_ms;
  // The line of a service's log that tells the scenario from the others.
  std::string log;
  // The verdict, each number as N, and what else is said to explain it.
  std::string verdict;
  std::string detail;
  // How the gRPC twin of POST /checkout ends.
  std::string grpc_status;
  // Each half of each call, as RenderOutline() has it.
  std::string outline;
};

const std::vector<Scenario>& Scenarios();
// For INSTANTIATE_TEST_SUITE_P().
std::string ScenarioName(const testing::TestParamInfo<Scenario>& scenario);

// Looks for the scenario's answer among what the demo printed.
void ExpectAnswer(const Scenario& scenario, const Process& demo);

class DemoTest : public testing::Test {
 protected:
  DemoTest();

  // Ends the one that was started before.
  Process& Start(const std::vector<std::string>& flags);
  // Runs it to its end, which must be a good one.
  const Process& Run(const std::vector<std::string>& flags);

  void TearDown() override;

 private:
  std::unique_ptr<Process> demo_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_DEMO_FOR_TEST_H_
