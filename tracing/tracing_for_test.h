// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A Tracing that keeps its spans for a test to look at.
//
//   TestTracing test;
//   ... calls on test.tracing's channels ...
//   EXPECT_EQ(test.Tree(), "pkg.Service/Method CLIENT\n");
#ifndef WAYBILL_TRACING_TRACING_FOR_TEST_H_
#define WAYBILL_TRACING_TRACING_FOR_TEST_H_

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "waybill/testing/in_memory_exporter.h"
#include "waybill/testing/span_tree.h"
#include "waybill/tracing/tracing.h"

namespace waybill {

// Once no span is open: a server's may end after the client has its answer.
inline RecorderCounts CountsAtRest(const Tracing& tracing) {
  const absl::Time deadline = absl::Now() + absl::Seconds(10);
  for (;;) {
    const RecorderCounts counts = tracing.counts();
    if (counts.started == counts.ended || absl::Now() > deadline) {
      return counts;
    }
    std::this_thread::yield();
  }
}

struct TestTracing {
  explicit TestTracing(Options options = {}) {
    auto exporter = std::make_unique<InMemoryExporter>();
    spans = exporter->spans();
    options.exporter = std::move(exporter);
    options.environment = Environment::Of({});
    tracing = *Tracing::Start(std::move(options));
  }

  RecorderCounts CountsAtRest() const {
    return waybill::CountsAtRest(*tracing);
  }

  std::string Tree() const {
    CountsAtRest();
    tracing->Flush(absl::Seconds(10));
    return SpanTree(spans->Get());
  }

  std::shared_ptr<FinishedSpans> spans;
  std::unique_ptr<Tracing> tracing;
};

}  // namespace waybill

#endif  // WAYBILL_TRACING_TRACING_FOR_TEST_H_
