// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/span_batch_for_test.h"

#include <cstdlib>

namespace waybill {
namespace {

class FunctionExporter final : public SpanExporter {
 public:
  explicit FunctionExporter(std::function<void(const SpanBatch&)> use)
      : use_(std::move(use)) {}

  ExportResult Export(const SpanBatch& batch) override {
    use_(batch);
    return {};
  }
  std::string Description() const override { return "a function"; }

 private:
  const std::function<void(const SpanBatch&)> use_;
};

}  // namespace

void WithSpanBatch(const std::function<void(Tracer&)>& record,
                   const std::function<void(const SpanBatch&)>& use,
                   RecorderOptions options) {
  // Nothing but the shutdown makes the recorder export.
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Hours(1);
  options.max_batch_spans = size_t{1} << 16;
  SteppingClock clock;
  if (options.clock == nullptr) options.clock = &clock;
  const std::unique_ptr<Recorder> recorder = Recorder::Start(
      std::make_unique<FunctionExporter>(use), std::move(options));
  record(recorder->tracer());
  // A test that hangs is stopped by the test runner.
  if (!recorder->Shutdown(absl::Hours(1))) abort();
}

}  // namespace waybill
