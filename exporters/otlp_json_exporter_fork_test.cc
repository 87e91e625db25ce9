// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// In a binary of its own, because it forks before there was a second thread:
// sanitizers' runtimes do not survive a fork while there is one, not even one
// that is just ending.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "waybill/exporters/otlp_json_exporter.h"
#include "waybill/exporters/span_batch_for_test.h"

namespace waybill {
namespace {

constexpr int kBatches = 200;

void WriteBatches(SpanExporter& exporter) {
  WithSpanBatch(
      [](Tracer& tracer) {
        // More than a pipe or a page takes at once.
        for (int i = 0; i < 100; ++i) tracer.StartSpan("work").End();
      },
      [&](const SpanBatch& batch) {
        for (int i = 0; i < kBatches; ++i) {
          EXPECT_TRUE(exporter.Export(batch).status.ok());
        }
      });
}

TEST(OtlpJsonExporterForkTest, LinesOfTwoProcessesStayWhole) {
  const std::string path = std::string(getenv("TEST_TMPDIR")) + "/both.jsonl";
  auto made = MakeOtlpJsonExporter(path);
  ASSERT_TRUE(made.ok()) << made.status();
  const std::unique_ptr<SpanExporter> exporter = *std::move(made);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    WriteBatches(*exporter->CloneForFork());
    _exit(HasFailure() ? 1 : 0);
  }
  WriteBatches(*exporter);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << "line " << lines;
  }
  EXPECT_EQ(lines, 2 * kBatches);
}

}  // namespace
}  // namespace waybill
