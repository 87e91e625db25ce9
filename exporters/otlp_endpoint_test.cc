// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace waybill {
namespace {

using ::testing::HasSubstr;

TEST(OtlpEndpointTest, ReadsWhatPeopleWrite) {
  const struct {
    const char* text;
    bool insecure;
    const char* target;
    bool secure;
  } cases[] = {
      {"http://localhost:4317", false, "dns:///localhost:4317", false},
      {"http://localhost:4317/", false, "dns:///localhost:4317", false},
      {"https://collector.example:443", true, "dns:///collector.example:443",
       true},
      {"HTTP://127.0.0.1:1", false, "dns:///127.0.0.1:1", false},
      {"http://collector", false, "dns:///collector:4317", false},
      {"collector:65535", true, "dns:///collector:65535", false},
      {"collector:4317", false, "dns:///collector:4317", true},
      {"http://[::1]:4317", false, "dns:///[::1]:4317", false},
      {"http://[::1]", false, "dns:///[::1]:4317", false},
      {"unix:/run/otel.sock", false, "unix:/run/otel.sock", false},
      {"unix:///run/otel.sock", false, "unix:/run/otel.sock", false},
      {"unix:relative.sock", false, "unix:relative.sock", false},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<OtlpEndpoint> endpoint =
        ParseOtlpEndpoint(c.text, c.insecure);
    ASSERT_TRUE(endpoint.ok()) << c.text << ": " << endpoint.status();
    EXPECT_EQ(endpoint->target, c.target) << c.text;
    EXPECT_EQ(endpoint->secure, c.secure) << c.text;
  }
}

TEST(OtlpEndpointTest, SaysWhatIsWrong) {
  const struct {
    const char* text;
    const char* why;
  } cases[] = {
      {"", "it names no host"},
      {"http://", "it names no host"},
      {":4317", "it names no host"},
      {"http://host:", "the port is no number"},
      {"http://host:0", "the port is no number"},
      {"http://host:65536", "the port is no number"},
      {"http://host:+1", "the port is no number"},
      {"::1:4317", "it names no host"},
      {"http://host:1:2", "the port is no number"},
      {"ftp://host:21", "unknown scheme"},
      {"http://host:4317/v1/traces", "gRPC has no path"},
      {"http://a b:4317", "not a host's name"},
      {"unix:", "it names no socket"},
  };
  for (const auto& c : cases) {
    const absl::StatusOr<OtlpEndpoint> endpoint =
        ParseOtlpEndpoint(c.text, false);
    EXPECT_EQ(endpoint.status().code(), absl::StatusCode::kInvalidArgument)
        << c.text;
    EXPECT_THAT(std::string(endpoint.status().message()), HasSubstr(c.why));
    EXPECT_THAT(std::string(endpoint.status().message()), HasSubstr(c.text));
  }
}

TEST(OtlpEndpointTest, KeepsAPasswordOutOfTheError) {
  const absl::Status status =
      ParseOtlpEndpoint("http://user:secret@host:4317", false).status();
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()),
              ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace waybill
