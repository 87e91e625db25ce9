// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One span of Waybill with eight attributes:
//   waybill_span_cost sampled|otlp|unsampled COUNT
// prints the median nanoseconds; otlp also encodes the spans, in the thread
// that drains. otel_span_cost.cc is the same of opentelemetry-cpp.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "tools/peer/rounds.h"
#include "waybill/exporters/otlp_encoder.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/tracer.h"

namespace {

class NullExporter final : public waybill::SpanExporter {
 public:
  explicit NullExporter(bool otlp) : otlp_(otlp) {}
  waybill::ExportResult Export(const waybill::SpanBatch& batch) override {
    if (otlp_) encoder_.Encode(batch, [](absl::string_view, size_t) {});
    return {};
  }
  std::string Description() const override { return "nothing"; }

 private:
  const bool otlp_;
  waybill::OtlpEncoder encoder_;
};

const waybill::AttributeKey kSystem = waybill::InternKey("rpc.system");
const waybill::AttributeKey kService = waybill::InternKey("rpc.service");
const waybill::AttributeKey kMethod = waybill::InternKey("rpc.method");
const waybill::AttributeKey kPeer = waybill::InternKey("network.peer.address");
const waybill::AttributeKey kPort = waybill::InternKey("network.peer.port");
const waybill::AttributeKey kStatus =
    waybill::InternKey("rpc.grpc.status_code");
const waybill::AttributeKey kSent = waybill::InternKey("rpc.message.sent");
const waybill::AttributeKey kReceived =
    waybill::InternKey("rpc.message.received");

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  const std::string variant = argv[1];
  waybill::RecorderOptions options;
  // As long as the rounds take: they end with a flush.
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Hours(1);
  if (variant == "unsampled") {
    options.sampler = waybill::ParentBased(waybill::AlwaysOff());
  }
  const auto recorder = waybill::Recorder::Start(
      std::make_unique<NullExporter>(variant == "otlp"), std::move(options));
  const waybill::SpanTemplate* rpc = waybill::MakeSpanTemplate(
      waybill::kSpanName, waybill::SpanKind::kClient, {});
  const auto run = [&](int count) {
    for (int i = 0; i < count; ++i) {
      waybill::Span span = recorder->tracer().StartSpan(*rpc);
      span.SetAttributes({{kSystem, "grpc"},
                          {kService, waybill::kService},
                          {kMethod, waybill::kMethod},
                          {kPeer, waybill::kAddress},
                          {kPort, 50051},
                          {kStatus, 0},
                          {kSent, 1},
                          {kReceived, 64}});
      span.End();
    }
  };
  printf("%.1f\n", waybill::MedianNanos(atoi(argv[2]), 100, run, [&] {
           recorder->Flush(absl::Seconds(10));
         }));
  return EXIT_SUCCESS;
}
