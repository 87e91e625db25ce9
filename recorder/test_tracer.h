// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A tracer for tests, with memory of its own and a clock that stands still,
// and without a drain thread: what finished is there to be looked at.
//
//   TestTracer test;
//   test.tracer.StartSpan("name").End();
//   EXPECT_EQ(test.Finished()[0].name, "name");
#ifndef WAYBILL_RECORDER_TEST_TRACER_H_
#define WAYBILL_RECORDER_TEST_TRACER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "waybill/recorder/sampler.h"
#include "waybill/recorder/slot_pool.h"
#include "waybill/recorder/span_limits.h"
#include "waybill/recorder/test_util.h"
#include "waybill/recorder/tracer.h"
#include "waybill/testing/in_memory_exporter.h"

namespace waybill {

struct TestTracer {
  explicit TestTracer(std::unique_ptr<Sampler> sampler = AlwaysOn(),
                      SpanLimits limits = {})
      : tracer(&pool, 1, std::move(sampler), limits, &clock) {}
  ~TestTracer() { Finished(); }

  // The spans that finished since the last call.
  std::vector<FinishedSpan> Finished() {
    const ClockAnchor anchor = clock.Anchor();
    std::vector<SpanSlot*> slots;
    pool.Collect(&slots);
    std::vector<FinishedSpan> spans;
    for (SpanSlot* slot : slots) {
      spans.push_back(CopySpan(SpanView(slot, &anchor)));
      pool.Release(slot);
    }
    pool.ReleasedSome();
    return spans;
  }

  // The only one of them.
  FinishedSpan OnlyFinished() {
    const std::vector<FinishedSpan> spans = Finished();
    return spans.size() == 1 ? spans[0] : FinishedSpan();
  }

  SlotPool pool{SlotPool::kMinBytes, 1};
  FakeClock clock;
  Tracer tracer;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_TEST_TRACER_H_
