// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/exporter_options.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "waybill/exporters/fake_collector_for_test.h"
#include "waybill/recorder/recorder.h"

namespace waybill {
namespace {

using Variables = std::map<std::string, std::string>;

absl::StatusOr<std::unique_ptr<SpanExporter>> Make(Variables variables) {
  Options options;
  options.environment = Environment::Of(std::move(variables));
  return MakeExporter(options);
}

// "" for none.
std::string DescriptionOf(Variables variables) {
  const auto exporter = Make(std::move(variables));
  if (!exporter.ok()) return std::string(exporter.status().message());
  return *exporter == nullptr ? "" : (*exporter)->Description();
}

std::string TempFile(const std::string& name, const std::string& contents) {
  const std::string path = std::string(getenv("TEST_TMPDIR")) + "/" + name;
  std::ofstream(path) << contents;
  return path;
}

// Exports one span. False where it was lost.
bool ExportsASpan(Variables variables) {
  auto exporter = Make(std::move(variables));
  if (!exporter.ok()) {
    ADD_FAILURE() << exporter.status();
    return false;
  }
  RecorderOptions options;
  options.log = [](absl::string_view) {};
  auto recorder = Recorder::Start(*std::move(exporter), std::move(options));
  recorder->tracer().StartSpan("work").End();
  EXPECT_TRUE(recorder->Flush(absl::Seconds(30)));
  return recorder->counts().exported == 1;
}

TEST(ExporterOptionsTest, ExporterIsTheOneThatIsAskedFor) {
  const std::string out = TempFile("out.jsonl", "");
  struct Row {
    Variables variables;
    std::string description;
  };
  const Row rows[] = {
      {{}, "OTLP/gRPC localhost:4317"},
      {{{"OTEL_TRACES_EXPORTER", "otlp"}}, "OTLP/gRPC localhost:4317"},
      {{{"OTEL_TRACES_EXPORTER", "console"}}, "console"},
      {{{"OTEL_TRACES_EXPORTER", "none"}}, ""},
      {{{"WAYBILL_OUT", out}}, out},
      // The standard's variable, where both are set.
      {{{"WAYBILL_OUT", out}, {"OTEL_TRACES_EXPORTER", "none"}}, ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(DescriptionOf(row.variables), row.description);
  }
}

TEST(ExporterOptionsTest, OutIsAFileThatSpansGoTo) {
  const std::string path =
      std::string(getenv("TEST_TMPDIR")) + "/new-file.jsonl";
  EXPECT_TRUE(ExportsASpan({{"WAYBILL_OUT", path}}));
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  EXPECT_TRUE(absl::StrContains(line, "\"name\":\"work\"")) << line;
}

TEST(ExporterOptionsTest, EndpointForTracesWins) {
  EXPECT_EQ(DescriptionOf({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:1"}}),
            "OTLP/gRPC all:1");
  EXPECT_EQ(
      DescriptionOf({{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:1"},
                     {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://one:2"}}),
      "OTLP/gRPC one:2");
}

// Each pair: a bad value of the general one goes unseen behind a good one for
// traces, and the other way round it is the one for traces that is named.
TEST(ExporterOptionsTest, VariableForTracesWinsOverTheGeneralOne) {
  const std::string pem = TempFile("some.pem", "PEM");
  struct Row {
    std::string setting;
    std::string good;
    std::string bad;
  };
  const Row rows[] = {
      {"ENDPOINT", "http://host:1", "ftp://host"},
      {"PROTOCOL", "grpc", "http/json"},
      {"HEADERS", "api-key=7", "api-key"},
      {"TIMEOUT", "100", "0"},
      {"COMPRESSION", "gzip", "zstd"},
      {"INSECURE", "true", "yes"},
      {"CERTIFICATE", pem, "/no/such/file"},
  };
  for (const Row& row : rows) {
    const std::string general = "OTEL_EXPORTER_OTLP_" + row.setting;
    const std::string traces = "OTEL_EXPORTER_OTLP_TRACES_" + row.setting;
    EXPECT_TRUE(Make({{general, row.good}}).ok()) << general;
    EXPECT_TRUE(Make({{traces, row.good}}).ok()) << traces;
    EXPECT_TRUE(Make({{general, row.bad}, {traces, row.good}}).ok()) << traces;
    EXPECT_TRUE(Make({{general, row.good}, {traces, ""}}).ok()) << traces;
    const auto shadowed = Make({{general, row.good}, {traces, row.bad}});
    EXPECT_EQ(std::string(shadowed.status().message()).rfind(traces, 0), 0u)
        << shadowed.status();
  }
}

TEST(ExporterOptionsTest, HeadersGoWithEachRequest) {
  FakeCollector collector;
  EXPECT_TRUE(ExportsASpan(
      {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://" + collector.address()},
       {"OTEL_EXPORTER_OTLP_HEADERS", "api-key=general"},
       {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "Api-Key=a%20b,tenant=acme"}}));
  const auto headers = collector.calls().at(0).headers;
  EXPECT_EQ(headers.count("api-key"), 1u);
  EXPECT_EQ(headers.find("api-key")->second, "a b");
  EXPECT_EQ(headers.find("tenant")->second, "acme");
}

TEST(ExporterOptionsTest, HeadersAreNotRepeatedInErrors) {
  for (const std::string bad : {"secret", "a=1,secret", "api key=secret",
                                "api-key=secret%0A", ":path=secret"}) {
    for (const std::string name :
         {"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"}) {
      const auto exporter = Make({{name, bad}});
      EXPECT_EQ(exporter.status().code(), absl::StatusCode::kInvalidArgument)
          << bad;
      const std::string message(exporter.status().message());
      EXPECT_EQ(message.rfind(name, 0), 0u) << message;
      EXPECT_FALSE(absl::StrContains(message, "secret")) << message;
    }
  }
}

TEST(ExporterOptionsTest, TimeoutEndsAnExportThatHangs) {
  for (const char* name :
       {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_BSP_EXPORT_TIMEOUT"}) {
    FakeCollector collector([](const FakeCollector::Call&) {
      FakeCollector::Reply reply;
      reply.hang = true;
      return reply;
    });
    const absl::Time start = absl::Now();
    EXPECT_FALSE(ExportsASpan(
        {{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://" + collector.address()},
         {name, "50"}}));
    // The default is 10 s.
    EXPECT_LT(absl::Now() - start, absl::Seconds(9)) << name;
  }
}

TEST(ExporterOptionsTest, ClientKeyAndCertificateComeTogether) {
  const std::string pem = TempFile("client.pem", "PEM");
  const std::string key = "OTEL_EXPORTER_OTLP_CLIENT_KEY";
  const std::string certificate =
      "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE";
  EXPECT_TRUE(Make({{key, pem}, {certificate, pem}}).ok());
  for (const std::string& alone : {key, certificate}) {
    EXPECT_EQ(Make({{alone, pem}}).status().message(),
              alone + "=\"" + pem +
                  "\": not enough: a client's key and its certificate come "
                  "together");
  }
}

}  // namespace
}  // namespace waybill
