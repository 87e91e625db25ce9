// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the drain thread does for a span with four string and four integer
// attributes, from its slot to an OTLP request, for tools/bench.py:
//   drain_cost COUNT

#include <cstdlib>
#include <memory>
#include <string>

#include "waybill/exporters/otlp_encoder.h"
#include "waybill/recorder/recorder.h"

namespace {

constexpr int kRoundSpans = 500;

class EncodingExporter final : public waybill::SpanExporter {
 public:
  waybill::ExportResult Export(const waybill::SpanBatch& batch) override {
    encoder_.Encode(batch, [](absl::string_view request, size_t) {
      asm volatile("" : : "r"(request.data()) : "memory");
    });
    return {};
  }
  std::string Description() const override { return "nothing"; }

 private:
  waybill::OtlpEncoder encoder_;
};

const waybill::AttributeKey kSystem = waybill::InternKey("rpc.system.name");
const waybill::AttributeKey kServer = waybill::InternKey("server.address");
const waybill::AttributeKey kStatus =
    waybill::InternKey("rpc.response.status_code");
const waybill::AttributeKey kPeer = waybill::InternKey("network.peer.address");
const waybill::AttributeKey kServerPort = waybill::InternKey("server.port");
const waybill::AttributeKey kPeerPort = waybill::InternKey("network.peer.port");
const waybill::AttributeKey kSent = waybill::InternKey("rpc.request.size");
const waybill::AttributeKey kReceived = waybill::InternKey("rpc.response.size");

void RecordSpan(waybill::Tracer* tracer,
                const waybill::SpanTemplate& span_template) {
  tracer->StartSpan(span_template)
      .SetAttributes({{kSystem, "grpc"},
                      {kServer, "checkout.internal"},
                      {kStatus, "OK"},
                      {kPeer, "10.1.2.3"},
                      {kServerPort, 50051},
                      {kPeerPort, 41234},
                      {kSent, 512},
                      {kReceived, 2048}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return EXIT_FAILURE;
  waybill::RecorderOptions options;
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Hours(1);
  const std::unique_ptr<waybill::Recorder> recorder = waybill::Recorder::Start(
      std::make_unique<EncodingExporter>(), std::move(options));
  const waybill::SpanTemplate* rpc = waybill::MakeSpanTemplate(
      "checkout.Checkout/Pay", waybill::SpanKind::kClient, {});
  for (int left = atoi(argv[1]); left > 0;) {
    for (int i = 0; i < kRoundSpans && left > 0; ++i, --left) {
      RecordSpan(&recorder->tracer(), *rpc);
    }
    if (!recorder->Flush(absl::Seconds(10))) return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
