// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What it costs to make OTLP of a span with four string and four integer
// attributes: 1,000 batches of 512. For instructions, which do not depend on
// how busy the machine is, divide what this prints by 512,000:
//
//   bazel build -c opt //exporters:otlp_encoder_benchmark
//   valgrind --tool=callgrind --toggle-collect='waybill::OtlpEncoder::Encode(*'
//       bazel-bin/exporters/otlp_encoder_benchmark
//       --benchmark_filter='EightAttributes/'

#include <benchmark/benchmark.h>

#include "waybill/exporters/otlp_encoder.h"
#include "waybill/exporters/span_batch_for_test.h"

namespace waybill {
namespace {

constexpr int kSpans = 512;
constexpr int kBatches = 1000;

void RecordSpans(Tracer& tracer, const SpanTemplate* span_template) {
  const SpanContext parent(TraceId(1, 2), SpanId(3), kSampledFlag);
  StartOptions options;
  options.parent = parent;
  for (int i = 0; i < kSpans; ++i) {
    Span span = span_template == nullptr
                    ? tracer.StartSpan("checkout.Checkout/Pay", options)
                    : tracer.StartSpan(*span_template, parent);
    span.SetAttributes({{"rpc.system.name", "grpc"},
                        {"server.address", "checkout.internal"},
                        {"rpc.response.status_code", "OK"},
                        {"network.peer.address", "10.1.2.3"},
                        {"server.port", 50051},
                        {"network.peer.port", 41234},
                        {"rpc.request.size", 512},
                        {"rpc.response.size", 2048}});
  }
}

void EncodeSpans(benchmark::State& state, const SpanTemplate* span_template) {
  size_t bytes = 0;
  WithSpanBatch([&](Tracer& tracer) { RecordSpans(tracer, span_template); },
                [&](const SpanBatch& batch) {
                  OtlpEncoder encoder;
                  for (auto _ : state) {
                    encoder.Encode(batch,
                                   [&](absl::string_view request, size_t) {
                                     bytes = request.size();
                                     benchmark::DoNotOptimize(request.data());
                                   });
                  }
                });
  state.SetItemsProcessed(state.iterations() * kSpans);
  state.counters["bytes_per_span"] = static_cast<double>(bytes) / kSpans;
}

void BM_EncodeSpanOfEightAttributes(benchmark::State& state) {
  EncodeSpans(state, nullptr);
}
BENCHMARK(BM_EncodeSpanOfEightAttributes)->Iterations(kBatches);

void BM_EncodeSpanOfEightAttributesAndTemplate(benchmark::State& state) {
  static const SpanTemplate* const span_template =
      MakeSpanTemplate("checkout.Checkout/Pay", SpanKind::kServer,
                       {{"rpc.method", "checkout.Checkout/Pay"}});
  EncodeSpans(state, span_template);
}
BENCHMARK(BM_EncodeSpanOfEightAttributesAndTemplate)->Iterations(kBatches);

}  // namespace
}  // namespace waybill
