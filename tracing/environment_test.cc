// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/environment.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace waybill {
namespace {

std::set<std::string> Registered() {
  std::set<std::string> names;
  for (const EnvironmentVariable& variable : AllEnvironmentVariables()) {
    names.insert(variable.name);
  }
  return names;
}

// The names in the first column of the page's tables: lines that begin with
// "| `NAME`".
std::multiset<std::string> Documented() {
  std::multiset<std::string> names;
  std::ifstream page("docs/configuration.md");
  std::string line;
  while (std::getline(page, line)) {
    for (const absl::string_view prefix : {"| `OTEL_", "| `WAYBILL_"}) {
      if (line.compare(0, prefix.size(), prefix.data(), prefix.size()) == 0) {
        names.insert(line.substr(3, line.find('`', 3) - 3));
      }
    }
  }
  return names;
}

TEST(EnvironmentTest, EachVariableIsRegisteredOnce) {
  EXPECT_EQ(Registered().size(), AllEnvironmentVariables().size());
}

TEST(EnvironmentTest, NamesBelongToOpenTelemetryOrToUs) {
  for (const std::string& name : Registered()) {
    EXPECT_TRUE(name.rfind("OTEL_", 0) == 0 || name.rfind("WAYBILL_", 0) == 0)
        << name;
  }
}

TEST(EnvironmentTest, ThePageNamesEachVariableOnceAndNoOther) {
  const std::multiset<std::string> documented = Documented();
  ASSERT_FALSE(documented.empty()) << "docs/configuration.md was not read";
  for (const std::string& name : Registered()) {
    EXPECT_EQ(documented.count(name), 1u) << name;
  }
  for (const std::string& name : documented) {
    EXPECT_EQ(Registered().count(name), 1u) << name;
  }
}

TEST(EnvironmentTest, ReadsTheProcesss) {
  ASSERT_EQ(setenv("OTEL_SERVICE_NAME", "checkout", 1), 0);
  EXPECT_EQ(Environment().Get(kOtelServiceName), "checkout");
  ASSERT_EQ(setenv("OTEL_SERVICE_NAME", "", 1), 0);
  EXPECT_EQ(Environment().Get(kOtelServiceName), absl::nullopt);
  ASSERT_EQ(unsetenv("OTEL_SERVICE_NAME"), 0);
  EXPECT_EQ(Environment().Get(kOtelServiceName), absl::nullopt);
}

TEST(EnvironmentTest, AMadeUpOneHidesTheProcesss) {
  ASSERT_EQ(setenv("OTEL_SERVICE_NAME", "checkout", 1), 0);
  EXPECT_EQ(Environment::Of({}).Get(kOtelServiceName), absl::nullopt);
  EXPECT_EQ(
      Environment::Of({{"OTEL_SERVICE_NAME", "made up"}}).Get(kOtelServiceName),
      "made up");
  EXPECT_EQ(Environment::Of({{"OTEL_SERVICE_NAME", ""}}).Get(kOtelServiceName),
            absl::nullopt);
  ASSERT_EQ(unsetenv("OTEL_SERVICE_NAME"), 0);
}

}  // namespace
}  // namespace waybill
