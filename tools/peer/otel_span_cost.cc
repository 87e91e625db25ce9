// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// One span of opentelemetry-cpp with eight attributes:
//   otel_span_cost sampled|otlp|unsampled COUNT
// prints the median nanoseconds. waybill_span_cost.cc is the same of Waybill.
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "tools/peer/otel_provider.h"
#include "tools/peer/rounds.h"

int main(int argc, char** argv) {
  if (argc != 3) return EXIT_FAILURE;
  const auto provider = waybill::MakeProvider(argv[1]);
  const auto tracer = provider->GetTracer("peer");
  opentelemetry::trace::StartSpanOptions options;
  options.kind = opentelemetry::trace::SpanKind::kClient;
  const auto run = [&](int count) {
    for (int i = 0; i < count; ++i) {
      tracer
          ->StartSpan(waybill::kSpanName,
                      {{"rpc.system", "grpc"},
                       {"rpc.service", waybill::kService},
                       {"rpc.method", waybill::kMethod},
                       {"network.peer.address", waybill::kAddress},
                       {"network.peer.port", 50051},
                       {"rpc.grpc.status_code", 0},
                       {"rpc.message.sent", 1},
                       {"rpc.message.received", 64}},
                      options)
          ->End();
    }
  };
  printf("%.1f\n", waybill::MedianNanos(atoi(argv[2]), 100, run,
                                        [&] { provider->ForceFlush(); }));
  return EXIT_SUCCESS;
}
