// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/resource.h"

#include <errno.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "waybill/tracing/version.h"

namespace waybill {
namespace {

using Variables = std::map<std::string, std::string>;

// Fails where a key is there twice.
std::map<std::string, std::string> Attributes(const Options& options) {
  const auto resource = MakeResource(options);
  EXPECT_TRUE(resource.ok()) << resource.status();
  std::map<std::string, std::string> attributes;
  for (const auto& attribute : resource->attributes) {
    EXPECT_TRUE(attributes.insert(attribute).second) << attribute.first;
  }
  return attributes;
}

Options With(Variables variables) {
  Options options;
  options.environment = Environment::Of(std::move(variables));
  return options;
}

TEST(ResourceTest, SaysWhatTheSystemKnows) {
  auto attributes = Attributes(With({}));
  EXPECT_EQ(attributes["service.name"],
            std::string("unknown_service:") + program_invocation_short_name);
  EXPECT_EQ(attributes["telemetry.sdk.name"], "waybill");
  EXPECT_EQ(attributes["telemetry.sdk.language"], "cpp");
  EXPECT_EQ(attributes["telemetry.sdk.version"], kVersion);
  EXPECT_NE(attributes["host.name"], "");
}

TEST(ResourceTest, LaterSourceOfTheServiceNameWins) {
  const std::string variable = "OTEL_RESOURCE_ATTRIBUTES";
  Options options = With({{variable, "service.name=from-list"}});
  EXPECT_EQ(Attributes(options)["service.name"], "from-list");

  options.resource_attributes = {{"service.name", "from-field-list"}};
  EXPECT_EQ(Attributes(options)["service.name"], "from-field-list");

  options.environment = Environment::Of({{variable, "service.name=from-list"},
                                         {"OTEL_SERVICE_NAME", "from-name"}});
  EXPECT_EQ(Attributes(options)["service.name"], "from-name");

  options.service_name = "from-field";
  EXPECT_EQ(Attributes(options)["service.name"], "from-field");
}

TEST(ResourceTest, FieldsComeOnTopOfTheVariable) {
  Options options =
      With({{"OTEL_RESOURCE_ATTRIBUTES",
             "deployment.environment.name=dev,team=a%2Cb,host.name=h"}});
  options.resource_attributes = {{"deployment.environment.name", "prod"},
                                 {"service.version", "7"}};
  auto attributes = Attributes(options);
  EXPECT_EQ(attributes["deployment.environment.name"], "prod");
  EXPECT_EQ(attributes["service.version"], "7");
  EXPECT_EQ(attributes["team"], "a,b");
  EXPECT_EQ(attributes["host.name"], "h");
}

TEST(ResourceTest, NobodyClaimsToBeAnotherSdk) {
  EXPECT_EQ(
      Attributes(With({{"OTEL_RESOURCE_ATTRIBUTES",
                        "telemetry.sdk.name=other"}}))["telemetry.sdk.name"],
      "waybill");
}

TEST(ResourceTest, ListThatIsNoneIsAnError) {
  const auto resource =
      MakeResource(With({{"OTEL_RESOURCE_ATTRIBUTES", "team=a,nonsense"}}));
  EXPECT_EQ(resource.status().message(),
            "OTEL_RESOURCE_ATTRIBUTES=\"team=a,nonsense\": not key=value pairs "
            "separated by commas");
}

}  // namespace
}  // namespace waybill
