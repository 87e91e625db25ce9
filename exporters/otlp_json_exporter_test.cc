// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Lines are read with a JSON library that the exporter does not use.

#include "waybill/exporters/otlp_json_exporter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "waybill/exporters/span_batch_for_test.h"

namespace waybill {
namespace {

using ::nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string NewPath() {
  static int number = 0;
  return std::string(getenv("TEST_TMPDIR")) + "/" + std::to_string(getpid()) +
         "-" + std::to_string(number++) + ".jsonl";
}

std::vector<std::string> Lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::unique_ptr<SpanExporter> Make(const std::string& path) {
  auto exporter = MakeOtlpJsonExporter(path);
  EXPECT_TRUE(exporter.ok()) << exporter.status();
  return *std::move(exporter);
}

// Which number the path is open under; -1 if it is not.
int DescriptorOf(const std::string& path) {
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the folder itself, in the list
    if (std::filesystem::read_symlink(entry, gone) == path) {
      return std::stoi(entry.path().filename());
    }
  }
  return -1;
}

void Work(Tracer& tracer) { tracer.StartSpan("work").End(); }

void Export(SpanExporter& exporter) {
  WithSpanBatch(Work, [&](const SpanBatch& batch) {
    EXPECT_TRUE(exporter.Export(batch).status.ok());
  });
}

TEST(OtlpJsonExporterTest, OpensItsFileAgainWhereTheProgramClosedIt) {
  const std::string path = NewPath();
  const std::string other = NewPath();
  auto exporter = Make(path);
  const int descriptor = DescriptorOf(path);
  ASSERT_GT(descriptor, STDERR_FILENO);
  // The number is another file's now, as after a daemon has closed all.
  const int file = open(other.c_str(), O_WRONLY | O_CREAT, 0600);
  ASSERT_EQ(dup2(file, descriptor), descriptor);
  close(file);
  Export(*exporter);
  EXPECT_THAT(Lines(path), SizeIs(1));
  EXPECT_THAT(Lines(other), SizeIs(0));
  EXPECT_EQ(DescriptorOf(other), descriptor);

  // Nor does its end close what is not its own.
  const int again = DescriptorOf(path);
  ASSERT_EQ(dup2(descriptor, again), again);
  exporter = nullptr;
  EXPECT_EQ(fcntl(again, F_GETFD), 0);
  close(again);
  close(descriptor);
}

TEST(OtlpJsonExporterTest, IsNoStandardStreamOfAProgramThatHasNone) {
  const std::string path = NewPath();
  const int input = dup(STDIN_FILENO);
  close(STDIN_FILENO);
  const auto exporter = Make(path);
  EXPECT_GT(DescriptorOf(path), STDERR_FILENO);
  EXPECT_EQ(fcntl(STDIN_FILENO, F_GETFD), -1);
  dup2(input, STDIN_FILENO);
  close(input);
}

TEST(OtlpJsonExporterTest, WritesEveryFieldAsTheSpecificationHasIt) {
  const std::string path = NewPath();
  const auto exporter = Make(path);
  RecorderOptions options;
  options.resource.attributes = {{"service.name", "checkout"}};
  options.limits.events = 1;
  std::string span_id;
  WithSpanBatch(
      [&](Tracer& tracer) {
        StartOptions start;
        start.kind = SpanKind::kServer;
        start.parent =
            SpanContext(TraceId::FromHex("4bf92f3577b34da6a3ce929d0e0e4736"),
                        SpanId::FromHex("00f067aa0ba902b7"), kSampledFlag, true,
                        TraceState::Parse("congo=t61"));
        Span span = tracer.StartSpan("pay \"now\"\n", start);
        span_id = span.context().span_id().ToHex();
        const double doubles[] = {0.5};
        span.SetAttributes({{"text", "x\xff"},
                            {"number", -5},
                            {"flag", true},
                            {"half", 0.5},
                            {"list", absl::MakeConstSpan(doubles)},
                            {"none", absl::Span<const int64_t>()}});
        span.AddEvent("retry", {{"n", 1}});
        span.AddEvent("one too many");
        span.AddLink(SpanContext(TraceId(0, 1), SpanId(2), kRandomFlag));
        span.SetError("declined");
      },
      [&](const SpanBatch& batch) {
        RecorderCounts counts;
        counts.rejected = 12;
        EXPECT_TRUE(exporter->Export({batch.spans, batch.resource, counts})
                        .status.ok());
      },
      std::move(options));
  const std::vector<std::string> lines = Lines(path);
  ASSERT_THAT(lines, SizeIs(1));
  json expected = json::parse(R"({"resourceSpans": [{
    "resource": {"attributes": [
      {"key": "service.name", "value": {"stringValue": "checkout"}}]},
    "scopeSpans": [{
      "scope": {"name": "waybill", "version": "0.1.0", "attributes": [
        {"key": "waybill.spans.dropped", "value": {"intValue": "12"}},
        {"key": "waybill.spans.dropped.rejected", "value": {"intValue": "12"}}
      ]},
      "spans": [{
        "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
        "parentSpanId": "00f067aa0ba902b7",
        "traceState": "congo=t61",
        "flags": 769,
        "name": "pay \"now\"\n",
        "kind": 2,
        "startTimeUnixNano": "1700000000000001000",
        "endTimeUnixNano": "1700000000000004000",
        "attributes": [
          {"key": "text", "value": {"stringValue": "x\ufffd"}},
          {"key": "number", "value": {"intValue": "-5"}},
          {"key": "flag", "value": {"boolValue": true}},
          {"key": "half", "value": {"doubleValue": 0.5}},
          {"key": "list",
           "value": {"arrayValue": {"values": [{"doubleValue": 0.5}]}}},
          {"key": "none", "value": {"arrayValue": {"values": []}}}],
        "events": [{
          "timeUnixNano": "1700000000000002000", "name": "retry",
          "attributes": [{"key": "n", "value": {"intValue": "1"}}]}],
        "droppedEventsCount": 1,
        "links": [{
          "traceId": "00000000000000000000000000000001",
          "spanId": "0000000000000002", "flags": 2}],
        "status": {"message": "declined", "code": 2}
      }]
    }]
  }]})");
  expected["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["spanId"] = span_id;
  EXPECT_EQ(json::parse(lines[0]), expected);
}

TEST(OtlpJsonExporterTest, AppendsALineForEachBatchToWhatIsThere) {
  const std::string path = NewPath();
  for (int i = 0; i < 2; ++i) {
    const auto exporter = Make(path);
    WithSpanBatch(Work, [&](const SpanBatch& batch) {
      EXPECT_TRUE(exporter->Export(batch).status.ok());
      EXPECT_TRUE(exporter->Export(batch).status.ok());
    });
  }
  const std::vector<std::string> lines = Lines(path);
  EXPECT_THAT(lines, SizeIs(4));
  for (const std::string& line : lines) EXPECT_TRUE(json::accept(line));
}

// A file that may not grow stands for a full disk.
TEST(OtlpJsonExporterTest, ALineThatWasCutOffCostsItselfOnly) {
  signal(SIGXFSZ, SIG_IGN);
  const std::string path = NewPath();
  const auto exporter = Make(path);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  WithSpanBatch(Work, [&](const SpanBatch& batch) {
    EXPECT_TRUE(exporter->Export(batch).status.ok());
    rlimit small = before;
    small.rlim_cur = Lines(path)[0].size() + 100;
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    EXPECT_FALSE(exporter->Export(batch).status.ok()) << "cut off";
    EXPECT_FALSE(exporter->Export(batch).status.ok()) << "nothing written";
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_TRUE(exporter->Export(batch).status.ok());
    EXPECT_TRUE(exporter->Export(batch).status.ok());
  });
  const std::vector<std::string> lines = Lines(path);
  ASSERT_THAT(lines, SizeIs(4));
  for (const size_t whole : {0, 2, 3}) EXPECT_TRUE(json::accept(lines[whole]));
}

TEST(OtlpJsonExporterTest, SaysWhichFileCannotBeOpened) {
  const absl::Status status =
      MakeOtlpJsonExporter("/nowhere/traces.jsonl").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("/nowhere/traces.jsonl"));
}

}  // namespace
}  // namespace waybill
