// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What carrying a trace costs each request: once out, once in.

#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "waybill/propagation/carrier.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"
#include "waybill/propagation/trace_state.h"
#include "waybill/propagation/w3c_trace_context.h"

namespace waybill {
namespace {

constexpr char kTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr char kTracestate[] = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

// Costs as little as an envelope can, so that the propagator's share shows.
class FreeCarrier : public CarrierReader, public CarrierWriter {
 public:
  explicit FreeCarrier(absl::string_view tracestate)
      : tracestate_(tracestate) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    if (key == "traceparent") {
      visit(kTraceparent);
    } else if (!tracestate_.empty()) {
      visit(tracestate_);
    }
  }

  void Set(absl::string_view, absl::string_view value) override {
    benchmark::DoNotOptimize(value.data());
    benchmark::ClobberMemory();
  }

 private:
  const absl::string_view tracestate_;
};

Context MakeContext(absl::string_view tracestate) {
  const SpanContext plain = ParseTraceparent(kTraceparent);
  return {SpanContext(plain.trace_id(), plain.span_id(), plain.trace_flags(),
                      /*is_remote=*/false, TraceState::Parse(tracestate)),
          Baggage()};
}

void BM_WriteTraceparent(benchmark::State& state) {
  const Context context = MakeContext("");
  char out[kTraceparentChars];
  for (auto _ : state) {
    WriteTraceparent(context.span_context, out);
    benchmark::DoNotOptimize(&out[0]);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_WriteTraceparent);

void BM_ParseTraceparent(benchmark::State& state) {
  absl::string_view text = kTraceparent;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(ParseTraceparent(text));
  }
}
BENCHMARK(BM_ParseTraceparent);

void Inject(benchmark::State& state, absl::string_view tracestate) {
  W3cTraceContextPropagator propagator;
  const Context context = MakeContext(tracestate);
  FreeCarrier carrier(tracestate);
  for (auto _ : state) propagator.Inject(context, carrier);
}
BENCHMARK_CAPTURE(Inject, traceparent, "");
BENCHMARK_CAPTURE(Inject, with_tracestate, kTracestate);

void Extract(benchmark::State& state, absl::string_view tracestate) {
  W3cTraceContextPropagator propagator;
  const FreeCarrier carrier(tracestate);
  for (auto _ : state) {
    Context context;
    propagator.Extract(carrier, &context);
    benchmark::DoNotOptimize(context.span_context);
  }
}
BENCHMARK_CAPTURE(Extract, traceparent, "");
BENCHMARK_CAPTURE(Extract, with_tracestate, kTracestate);

void BM_ThroughAMessagesProperties(benchmark::State& state) {
  W3cTraceContextPropagator propagator;
  const Context sent = MakeContext(kTracestate);
  for (auto _ : state) {
    std::map<std::string, std::string> properties;
    MapWriter writer(&properties);
    propagator.Inject(sent, writer);
    Context received;
    propagator.Extract(MapReader(properties), &received);
    benchmark::DoNotOptimize(received.span_context);
  }
}
BENCHMARK(BM_ThroughAMessagesProperties);

void BM_ParseTraceState(benchmark::State& state) {
  std::string header;
  for (int i = 0; i < state.range(0); ++i) {
    absl::StrAppend(&header, i == 0 ? "" : ",", "vendor", i,
                    "=00f067aa0ba902b7");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(TraceState::Parse(header));
  }
}
BENCHMARK(BM_ParseTraceState)->Arg(1)->Arg(4)->Arg(32);

}  // namespace
}  // namespace waybill
