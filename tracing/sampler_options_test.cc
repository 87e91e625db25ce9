// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/sampler_options.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace waybill {
namespace {

using Variables = std::map<std::string, std::string>;

TEST(SamplerOptionsTest, MakesWhatIsAskedFor) {
  struct Row {
    const char* sampler;
    const char* argument;
    const char* description;
  };
  const Row rows[] = {
      {"", "", "ParentBased{AlwaysOn}"},  // the default
      {"always_on", "", "AlwaysOn"},
      {"always_off", "", "AlwaysOff"},
      {"traceidratio", "0.25", "TraceIdRatioBased{0.25}"},
      {"traceidratio", "", "TraceIdRatioBased{1}"},  // as specified
      {"traceidratio", "0", "TraceIdRatioBased{0}"},
      {"traceidratio", "1", "TraceIdRatioBased{1}"},
      {"parentbased_always_on", "", "ParentBased{AlwaysOn}"},
      {"parentbased_always_off", "", "ParentBased{AlwaysOff}"},
      {"parentbased_traceidratio", "1e-3",
       "ParentBased{TraceIdRatioBased{0.001}}"},
      {"always_on", "0.5", "AlwaysOn"},  // an argument that nobody needs
      {"", "0.5", "ParentBased{AlwaysOn}"},
  };
  for (const Row& row : rows) {
    const auto sampler = MakeSampler(
        Environment::Of(Variables{{"OTEL_TRACES_SAMPLER", row.sampler},
                                  {"OTEL_TRACES_SAMPLER_ARG", row.argument}}));
    ASSERT_TRUE(sampler.ok()) << sampler.status();
    EXPECT_EQ((*sampler)->Description(), row.description)
        << row.sampler << " " << row.argument;
  }
}

TEST(SamplerOptionsTest, UnknownSamplerIsNamedWithThoseThatThereAre) {
  for (const std::string name : {"jaeger_remote", "ALWAYS_ON", "always_on "}) {
    const auto sampler =
        MakeSampler(Environment::Of(Variables{{"OTEL_TRACES_SAMPLER", name}}));
    EXPECT_EQ(sampler.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(sampler.status().message(),
              "OTEL_TRACES_SAMPLER=\"" + name +
                  "\": not one of always_on, always_off, traceidratio, "
                  "parentbased_always_on, parentbased_always_off, "
                  "parentbased_traceidratio");
  }
}

TEST(SamplerOptionsTest, RatioThatIsNoneIsAnError) {
  for (const std::string ratio :
       {"-0.1", "1.1", "nan", "inf", "half", "0.5x", "50%"}) {
    const auto sampler = MakeSampler(
        Environment::Of(Variables{{"OTEL_TRACES_SAMPLER", "traceidratio"},
                                  {"OTEL_TRACES_SAMPLER_ARG", ratio}}));
    EXPECT_EQ(sampler.status().message(), "OTEL_TRACES_SAMPLER_ARG=\"" + ratio +
                                              "\": not a number from 0 to 1");
  }
}

}  // namespace
}  // namespace waybill
