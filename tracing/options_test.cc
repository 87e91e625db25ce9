// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What each variable and each field does to FinalOptions. What is made of
// OTEL_EXPORTER_OTLP_ is shown where it can be seen: exporter_options_test.cc.
#include "waybill/tracing/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "waybill/testing/in_memory_exporter.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Variables = std::map<std::string, std::string>;

Options With(Variables variables) {
  Options options;
  options.environment = Environment::Of(std::move(variables));
  return options;
}

FinalOptions Finalized(Options options) {
  auto final_options = Finalize(std::move(options));
  if (!final_options.ok()) {
    ADD_FAILURE() << final_options.status();
    return *Finalize(With({}));
  }
  return *std::move(final_options);
}

FinalOptions Finalized(Variables variables) {
  return Finalized(With(std::move(variables)));
}

struct BadVariable {
  const char* name;
  const char* value;
  const char* allowed;
};

constexpr char kMillis[] = "a whole number of milliseconds from ";
constexpr char kCount[] = "a whole number of items or bytes from 0 to ";
constexpr char kPem[] = "a file in PEM format that can be read";
constexpr char kPairs[] = "key=value pairs separated by commas";
constexpr char kEndpoint[] = "it is http://HOST[:PORT]";

constexpr BadVariable kBad[] = {
    {"OTEL_SDK_DISABLED", "yes", "true or false"},
    {"OTEL_RESOURCE_ATTRIBUTES", "team", kPairs},
    {"OTEL_PROPAGATORS", "b3", "allowed are tracecontext, baggage, or none"},
    {"OTEL_PROPAGATORS", "none,baggage", "none by itself"},
    {"OTEL_TRACES_SAMPLER", "sometimes", "one of always_on, always_off"},
    {"OTEL_TRACES_SAMPLER_ARG", "2", "a number from 0 to 1"},
    {"OTEL_TRACES_EXPORTER", "zipkin", "one of otlp, console, none"},
    {"OTEL_SEMCONV_STABILITY_OPT_IN", "rpc/new", "rpc, rpc/dup or rpc/old"},
    {"OTEL_BSP_SCHEDULE_DELAY", "5s", kMillis},
    {"OTEL_BSP_SCHEDULE_DELAY", "2147483648", "from 0 to 2147483647"},
    {"OTEL_BSP_EXPORT_TIMEOUT", "0", kMillis},
    {"OTEL_BSP_MAX_QUEUE_SIZE", "0", "a whole number of spans from 1 to"},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0", "spans from 1 to 1000000"},
    {"OTEL_ATTRIBUTE_COUNT_LIMIT", "-1", kCount},
    {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1", kCount},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "-1", kCount},
    {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1", kCount},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", "-1", kCount},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", "-1", kCount},
    {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "-1", kCount},
    {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "-1", kCount},
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://host", kEndpoint},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "http://host:0", kEndpoint},
    {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", "grpc"},
    {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "grpc"},
    {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "0", kMillis},
    {"OTEL_EXPORTER_OTLP_TIMEOUT", "10s", kMillis},
    {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd", "gzip or none"},
    {"OTEL_EXPORTER_OTLP_COMPRESSION", "br", "gzip or none"},
    {"OTEL_EXPORTER_OTLP_TRACES_INSECURE", "1", "true or false"},
    {"OTEL_EXPORTER_OTLP_INSECURE", "0", "true or false"},
    {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/no/such/file", kPem},
    {"OTEL_EXPORTER_OTLP_CERTIFICATE", "/dev/null", kPem},
    // A folder, as if it were OpenSSL's. Reading one fails in its own way.
    {"OTEL_EXPORTER_OTLP_CERTIFICATE", "/", kPem},
    {"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "/no/such/file", kPem},
    {"OTEL_EXPORTER_OTLP_CLIENT_KEY", "/no/such/file", kPem},
    {"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "/no/such/file", kPem},
    {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/no/such/file", kPem},
    {"WAYBILL_MEMORY_BYTES", "65535", "bytes from 65536 to 17179869184"},
    {"WAYBILL_UNTRACED_METHODS", "Check", "pkg.Service/*"},
    {"WAYBILL_UNTRACED_METHODS", "a.B/*,/a.B", "pkg.Service/Method"},
    {"WAYBILL_PEER_ADDRESS", "on", "true or false"},
    {"WAYBILL_SHUTDOWN_TIMEOUT", "-1", kMillis},
    {"WAYBILL_OUT", "/no/such/folder/file", "a file that can be written"},
};

// Any text is a name or a header; the agent alone reads WAYBILL_LOG. Headers
// have a test of their own, as their values are not repeated.
const std::set<std::string> kNotInTheTable = {
    "OTEL_SERVICE_NAME", "WAYBILL_LOG", "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS"};

TEST(OptionsTest, BadValueIsNamedWithItsVariableAndWhatIsAllowed) {
  for (const BadVariable& bad : kBad) {
    const auto final_options = Finalize(With({{bad.name, bad.value}}));
    EXPECT_EQ(final_options.status().code(), absl::StatusCode::kInvalidArgument)
        << bad.name << "=" << bad.value;
    const std::string message(final_options.status().message());
    EXPECT_EQ(message.rfind(bad.name, 0), 0u) << message;
    // With what follows it, lest it be a longer name.
    EXPECT_THAT(message, ::testing::ContainsRegex("^[A-Z_]+(=|: )"));
    EXPECT_THAT(message, HasSubstr(bad.allowed));
    if (bad.value != std::string("a.B/*,/a.B")) {
      EXPECT_THAT(message, HasSubstr(bad.value));
    }
  }
}

TEST(OptionsTest, TheTableHasEveryVariable) {
  std::set<std::string> tested = kNotInTheTable;
  for (const BadVariable& bad : kBad) tested.insert(bad.name);
  for (const EnvironmentVariable& variable : AllEnvironmentVariables()) {
    EXPECT_EQ(tested.count(variable.name), 1u) << variable.name;
  }
}

TEST(OptionsTest, DefaultsAreTheDocumentedOnes) {
  const FinalOptions options = Finalized(Variables());
  EXPECT_FALSE(options.disabled);
  ASSERT_NE(options.exporter, nullptr);
  EXPECT_EQ(options.exporter->Description(), "OTLP/gRPC localhost:4317");
  EXPECT_EQ(options.recorder.sampler->Description(), "ParentBased{AlwaysOn}");
  EXPECT_EQ(options.recorder.memory_bytes, 8u * 1024 * 1024);
  EXPECT_EQ(options.recorder.schedule_delay, absl::Seconds(5));
  EXPECT_EQ(options.recorder.max_batch_spans, 512u);
  EXPECT_EQ(options.recorder.limits.attributes, 128u);
  EXPECT_EQ(options.recorder.limits.attribute_value_bytes,
            SpanLimits::kNoLimit);
  ASSERT_NE(options.propagator, nullptr);
  EXPECT_THAT(options.propagator->Fields(),
              ElementsAre("traceparent", "tracestate", "baggage"));
  EXPECT_EQ(options.rpc.vocabulary, RpcOptions::Vocabulary::kNew);
  EXPECT_THAT(options.rpc.untraced_methods, IsEmpty());
  EXPECT_FALSE(options.rpc.record_peer_address);
  EXPECT_EQ(options.shutdown_timeout, absl::Seconds(2));
}

TEST(OptionsTest, EmptyVariablesAreAsGoodAsNone) {
  Variables empty;
  for (const EnvironmentVariable& variable : AllEnvironmentVariables()) {
    empty[variable.name] = "";
  }
  const FinalOptions options = Finalized(empty);
  EXPECT_FALSE(options.disabled);
  EXPECT_EQ(options.exporter->Description(), "OTLP/gRPC localhost:4317");
  EXPECT_EQ(options.recorder.sampler->Description(), "ParentBased{AlwaysOn}");
  EXPECT_EQ(options.recorder.memory_bytes, 8u * 1024 * 1024);
}

TEST(OptionsTest, VariablesSetTheRecorder) {
  const FinalOptions options = Finalized(Variables{
      {"OTEL_BSP_SCHEDULE_DELAY", "250"},
      {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "64"},
      {"OTEL_BSP_MAX_QUEUE_SIZE", "2048"},
      {"WAYBILL_SHUTDOWN_TIMEOUT", "0"},
      {"OTEL_TRACES_SAMPLER", "always_off"},
      {"OTEL_SERVICE_NAME", "checkout"},
  });
  EXPECT_EQ(options.recorder.schedule_delay, absl::Milliseconds(250));
  EXPECT_EQ(options.recorder.max_batch_spans, 64u);
  EXPECT_EQ(options.recorder.memory_bytes,
            2048u * RecorderOptions::kBytesPerSpan);
  EXPECT_EQ(options.shutdown_timeout, absl::ZeroDuration());
  EXPECT_EQ(options.recorder.sampler->Description(), "AlwaysOff");
  EXPECT_THAT(options.recorder.resource.attributes,
              ::testing::Contains(std::make_pair(std::string("service.name"),
                                                 std::string("checkout"))));
}

// RecorderOptions says that it needs 64 KiB.
TEST(OptionsTest, SmallQueueStillGetsTheLeastMemory) {
  EXPECT_EQ(Finalized(Variables{{"OTEL_BSP_MAX_QUEUE_SIZE", "1"}})
                .recorder.memory_bytes,
            64u * 1024);
}

TEST(OptionsTest, MemoryInBytesWinsOverTheQueueInSpans) {
  EXPECT_EQ(Finalized(Variables{{"OTEL_BSP_MAX_QUEUE_SIZE", "2048"},
                                {"WAYBILL_MEMORY_BYTES", "65536"}})
                .recorder.memory_bytes,
            65536u);
}

TEST(OptionsTest, LimitsForSpansWinOverGeneralOnes) {
  const SpanLimits general =
      Finalized(Variables{{"OTEL_ATTRIBUTE_COUNT_LIMIT", "1"},
                          {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2"}})
          .recorder.limits;
  EXPECT_EQ(general.attributes, 1u);
  EXPECT_EQ(general.attribute_value_bytes, 2u);
  const SpanLimits limits =
      Finalized(Variables{{"OTEL_ATTRIBUTE_COUNT_LIMIT", "1"},
                          {"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "2"},
                          {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "3"},
                          {"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "4"},
                          {"OTEL_SPAN_EVENT_COUNT_LIMIT", "5"},
                          {"OTEL_SPAN_LINK_COUNT_LIMIT", "6"},
                          {"OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "7"},
                          {"OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "0"}})
          .recorder.limits;
  EXPECT_EQ(limits.attributes, 3u);
  EXPECT_EQ(limits.attribute_value_bytes, 4u);
  EXPECT_EQ(limits.events, 5u);
  EXPECT_EQ(limits.links, 6u);
  EXPECT_EQ(limits.attributes_per_event, 7u);
  EXPECT_EQ(limits.attributes_per_link, 0u);
}

TEST(OptionsTest, VocabularyIsFoundAmongOtherConventions) {
  using Vocabulary = RpcOptions::Vocabulary;
  const std::pair<const char*, Vocabulary> rows[] = {
      {"rpc", Vocabulary::kNew},
      {"rpc/old", Vocabulary::kOld},
      {"rpc/dup", Vocabulary::kBoth},
      {"http, rpc/old , database/dup", Vocabulary::kOld},
      {"http/dup", Vocabulary::kNew},      // nothing about RPC: the default
      {"rpc,rpc/dup", Vocabulary::kBoth},  // dup goes before, as specified
      {"rpc/dup,rpc", Vocabulary::kBoth},
  };
  for (const auto& [list, vocabulary] : rows) {
    EXPECT_EQ(Finalized(Variables{{"OTEL_SEMCONV_STABILITY_OPT_IN", list}})
                  .rpc.vocabulary,
              vocabulary)
        << list;
  }
}

TEST(OptionsTest, VariablesSetWhatIsRecordedOfAnRpc) {
  const FinalOptions options = Finalized(
      Variables{{"WAYBILL_UNTRACED_METHODS", "a.B/*, /c.D/E ,,f.G/Watch"},
                {"WAYBILL_PEER_ADDRESS", "true"}});
  EXPECT_THAT(options.rpc.untraced_methods,
              ElementsAre("a.B/*", "/c.D/E", "f.G/Watch"));
  EXPECT_TRUE(options.rpc.record_peer_address);
}

TEST(OptionsTest, Propagators) {
  EXPECT_THAT(Finalized(Variables{{"OTEL_PROPAGATORS", "baggage"}})
                  .propagator->Fields(),
              ElementsAre("baggage"));
  EXPECT_EQ(Finalized(Variables{{"OTEL_PROPAGATORS", "none"}}).propagator,
            nullptr);
}

TEST(OptionsTest, FieldsWinOverVariables) {
  Options options = With({
      {"OTEL_SERVICE_NAME", "variable"},
      {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://variable:1"},
      {"OTEL_TRACES_SAMPLER", "always_off"},
      {"OTEL_PROPAGATORS", "none"},
      {"OTEL_SEMCONV_STABILITY_OPT_IN", "rpc/old"},
      {"WAYBILL_UNTRACED_METHODS", "a.B/*"},
      {"WAYBILL_PEER_ADDRESS", "true"},
      {"OTEL_SPAN_EVENT_COUNT_LIMIT", "1"},
      {"WAYBILL_MEMORY_BYTES", "65536"},
      {"OTEL_BSP_SCHEDULE_DELAY", "1"},
      {"WAYBILL_SHUTDOWN_TIMEOUT", "1"},
  });
  options.service_name = "field";
  options.otlp_endpoint = "http://field:2";
  options.sampler = AlwaysOn();
  options.propagators = "tracecontext";
  options.rpc_vocabulary = RpcOptions::Vocabulary::kBoth;
  options.untraced_methods = std::vector<std::string>{};
  options.record_peer_address = false;
  options.client_errors = StatusCodeSet({grpc::StatusCode::INTERNAL});
  options.server_errors = StatusCodeSet({grpc::StatusCode::NOT_FOUND});
  options.limits = SpanLimits();
  options.limits->events = 9;
  options.memory_bytes = 1 << 20;
  options.schedule_delay = absl::Seconds(7);
  options.shutdown_timeout = absl::Seconds(8);

  const FinalOptions result = Finalized(std::move(options));
  EXPECT_THAT(result.recorder.resource.attributes,
              ::testing::Contains(std::make_pair(std::string("service.name"),
                                                 std::string("field"))));
  EXPECT_EQ(result.exporter->Description(), "OTLP/gRPC field:2");
  EXPECT_EQ(result.recorder.sampler->Description(), "AlwaysOn");
  EXPECT_THAT(result.propagator->Fields(),
              ElementsAre("traceparent", "tracestate"));
  EXPECT_EQ(result.rpc.vocabulary, RpcOptions::Vocabulary::kBoth);
  EXPECT_THAT(result.rpc.untraced_methods, IsEmpty());
  EXPECT_FALSE(result.rpc.record_peer_address);
  EXPECT_FALSE(result.rpc.client_errors.Contains(grpc::StatusCode::ABORTED));
  EXPECT_TRUE(result.rpc.server_errors.Contains(grpc::StatusCode::NOT_FOUND));
  EXPECT_EQ(result.recorder.limits.events, 9u);
  EXPECT_EQ(result.recorder.memory_bytes, 1u << 20);
  EXPECT_EQ(result.recorder.schedule_delay, absl::Seconds(7));
  EXPECT_EQ(result.shutdown_timeout, absl::Seconds(8));
}

TEST(OptionsTest, AnExporterOfTheProgramsOwnNeedsNoVariables) {
  Options options = With({{"OTEL_TRACES_EXPORTER", "zipkin"}});
  options.exporter = std::make_unique<InMemoryExporter>();
  EXPECT_EQ(Finalized(std::move(options)).exporter->Description(), "memory");
}

TEST(OptionsTest, BadFieldIsNamedWithWhatIsAllowed) {
  struct Row {
    void (*set)(Options*);
    const char* message;
  };
  const Row rows[] = {
      {[](Options* o) { o->propagators = "b3"; },
       "Options::propagators: unknown propagator \"b3\""},
      {[](Options* o) { o->otlp_endpoint = "ftp://x"; },
       "Options::otlp_endpoint: \"ftp://x\" is no OTLP/gRPC endpoint"},
      {[](Options* o) { o->otlp_endpoint = ""; },
       "Options::otlp_endpoint: \"\" is no OTLP/gRPC endpoint"},
      {[](Options* o) { o->memory_bytes = 0; },
       "Options::memory_bytes=\"0\": not from 65536 to 17179869184 bytes"},
      {[](Options* o) { o->schedule_delay = absl::Seconds(-1); },
       "Options::schedule_delay=\"-1s\": not from 0 to 2147483647 milli"},
      {[](Options* o) { o->shutdown_timeout = absl::InfiniteDuration(); },
       "Options::shutdown_timeout=\"inf\": not from 0 to 2147483647 milli"},
      {[](Options* o) { o->untraced_methods = {{"Check"}}; },
       "Options::untraced_methods=\"Check\": not pkg.Service/Method"},
  };
  for (const Row& row : rows) {
    Options options = With({});
    row.set(&options);
    const auto result = Finalize(std::move(options));
    EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(std::string(result.status().message()).rfind(row.message, 0), 0u)
        << result.status();
  }
}

TEST(OptionsTest, DisabledOpensNoExporterAndKeepsThePropagator) {
  const FinalOptions options =
      Finalized(Variables{{"OTEL_SDK_DISABLED", "true"},
                          {"OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://x"}});
  EXPECT_TRUE(options.disabled);
  EXPECT_EQ(options.exporter, nullptr);
  EXPECT_NE(options.propagator, nullptr);
}

}  // namespace
}  // namespace waybill
