// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Batches of real spans for tests of exporters.
//
//   waybill::WithSpanBatch(
//       [](waybill::Tracer& tracer) { tracer.StartSpan("work").End(); },
//       [&](const waybill::SpanBatch& batch) { exporter.Export(batch); });
//
// All spans that the first function ends arrive in one batch, in the order in
// which they ended. The second runs on the recorder's thread, and once; it has
// returned when WithSpanBatch() returns.
#ifndef WAYBILL_EXPORTERS_SPAN_BATCH_FOR_TEST_H_
#define WAYBILL_EXPORTERS_SPAN_BATCH_FOR_TEST_H_

#include <functional>

#include "waybill/recorder/recorder.h"

namespace waybill {

// Its wall clock shows start, and gains 1,000 ns each time a span looks at it.
class SteppingClock final : public Clock {
 public:
  static constexpr uint64_t kStartUnixNanos = 1'700'000'000'000'000'000;

  uint64_t Ticks() override { return ticks_ += 1000; }
  ClockAnchor Anchor() override { return {0, kStartUnixNanos}; }

 private:
  uint64_t ticks_ = 0;
};

void WithSpanBatch(const std::function<void(Tracer&)>& record,
                   const std::function<void(const SpanBatch&)>& use,
                   RecorderOptions options = {});

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_SPAN_BATCH_FOR_TEST_H_
