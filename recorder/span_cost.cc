// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What one span costs, for tools/bench.py:
//   span_cost VARIANT COUNT [THREADS]
// runs the variant COUNT times in each thread and prints the median time of
// one, in nanoseconds, of 21 rounds. COUNT is also what callgrind needs: the
// difference between two runs is the instructions of the spans between them.
//
// "floor" is the least that a recorded span can cost on this machine: two
// reads of the clock, ids, and its fields written to a ring that nobody reads.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "waybill/recorder/clock.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/thread_state.h"
#include "waybill/recorder/tracer.h"

namespace {

constexpr int kRounds = 21;
// Between two flushes, so that nothing is dropped.
constexpr int kRoundSpans = 1000;

class NullExporter final : public waybill::SpanExporter {
 public:
  waybill::ExportResult Export(const waybill::SpanBatch&) override {
    return {};
  }
  std::string Description() const override { return "nothing"; }
};

std::unique_ptr<waybill::Recorder> StartRecorder(bool sampled, size_t bytes) {
  waybill::RecorderOptions options;
  options.memory_bytes = bytes;
  options.schedule_delay = absl::Hours(1);
  options.trace_delay = absl::Hours(1);
  options.log = [](absl::string_view) {};
  if (!sampled) {
    options.sampler = waybill::ParentBased(waybill::AlwaysOff());
  }
  return waybill::Recorder::Start(std::make_unique<NullExporter>(),
                                  std::move(options));
}

struct alignas(64) FloorRecord {
  uint64_t ids[4];
  uint64_t start;
  uint64_t end;
  struct {
    uint32_t key;
    uint32_t type_and_size;
    uint64_t value;
  } attributes[8];
  char text[64];
};

void FloorSpan(FloorRecord* ring, uint64_t* at, bool attributes) {
  static const char* const kTexts[] = {"grpc", "echo.EchoService", "Unary",
                                       "127.0.0.1"};
  waybill::ThreadState& thread = waybill::ThreadState::Get();
  FloorRecord& record = ring[(*at)++ & 4095];
  record.start = waybill::SpanTicks();
  const waybill::TraceId trace_id = thread.NewTraceId();
  record.ids[0] = trace_id.high();
  record.ids[1] = trace_id.low();
  record.ids[2] = thread.Random();
  record.ids[3] = 0;
  if (attributes) {
    char* out = record.text;
    for (uint32_t i = 0; i < 4; ++i) {
      const size_t size = std::min<size_t>(strlen(kTexts[i]), 16);
      record.attributes[i] = {i, static_cast<uint32_t>(size),
                              static_cast<uint64_t>(out - record.text)};
      memcpy(out, kTexts[i], size);
      out += size;
    }
    for (uint32_t i = 4; i < 8; ++i) record.attributes[i] = {i, 0, i * 7};
  }
  record.end = waybill::SpanTicks();
  asm volatile("" : : "r"(&record) : "memory");
}

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

void Attributes(const waybill::SpanRef& span) {
  span.SetAttributes({{kSystem, "grpc"},
                      {kService, "echo.EchoService"},
                      {kMethod, "Unary"},
                      {kPeer, "127.0.0.1"},
                      {kPort, 50051},
                      {kStatus, 0},
                      {kSent, 1},
                      {kReceived, 64}});
}

// What a thread does once, and what to do between rounds.
struct Variant {
  std::function<void(int count)> run;
  std::function<void()> between = [] {};
};

Variant MakeVariant(const std::string& name, waybill::Recorder* recorder,
                    const waybill::SpanTemplate* rpc) {
  waybill::Tracer* tracer = recorder == nullptr ? nullptr : &recorder->tracer();
  Variant variant;
  if (recorder != nullptr) {
    variant.between = [recorder] { recorder->Flush(absl::Seconds(10)); };
  }
  if (name == "floor" || name == "floor8") {
    const bool attributes = name == "floor8";
    variant.run = [attributes](int count) {
      static thread_local std::vector<FloorRecord> ring(4096);
      uint64_t at = 0;
      for (int i = 0; i < count; ++i) FloorSpan(ring.data(), &at, attributes);
    };
  } else if (name == "span") {
    variant.run = [tracer](int count) {
      for (int i = 0; i < count; ++i) tracer->StartSpan("work");
    };
  } else if (name == "span8") {
    variant.run = [tracer, rpc](int count) {
      for (int i = 0; i < count; ++i) {
        waybill::Span span = tracer->StartSpan(*rpc);
        Attributes(span);
      }
    };
  } else if (name == "unsampled" || name == "full") {
    variant.run = [tracer](int count) {
      for (int i = 0; i < count; ++i) tracer->StartSpan("work");
    };
  } else if (name == "unsampled_child") {
    variant.run = [tracer](int count) {
      waybill::Span parent = tracer->StartSpan("parent");
      waybill::Scope scope(parent);
      for (int i = 0; i < count; ++i) tracer->StartSpan("work");
    };
  } else if (name == "nothing") {
    variant.run = [](int count) {
      for (int i = 0; i < count; ++i) asm volatile("" : : "r"(i));
    };
  }
  return variant;
}

double NanosPerSpan(const Variant& variant, int count) {
  const auto start = std::chrono::steady_clock::now();
  variant.run(count);
  const std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - start;
  return took.count() / count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return EXIT_FAILURE;
  const std::string name = argv[1];
  const int count = atoi(argv[2]);
  const int threads = argc > 3 ? atoi(argv[3]) : 1;
  const bool sampled = name.rfind("unsampled", 0) != 0;
  std::unique_ptr<waybill::Recorder> recorder;
  if (name != "nothing" && name.rfind("floor", 0) != 0) {
    recorder = StartRecorder(sampled, name == "full" ? 64 * 1024 : 8 << 20);
  }
  const waybill::SpanTemplate* rpc = waybill::MakeSpanTemplate(
      "echo.EchoService/Unary", waybill::SpanKind::kClient, {});
  // What fills the recorder stays open.
  std::vector<waybill::Span> open;
  for (int i = 0; name == "full" && i < 200; ++i) {
    open.push_back(recorder->tracer().StartSpan("open"));
  }
  const Variant variant = MakeVariant(name, recorder.get(), rpc);
  if (variant.run == nullptr) return EXIT_FAILURE;

  std::vector<double> nanos;
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<int> ready{0};
    std::vector<std::thread> others;
    const int round_spans = std::min(count, kRoundSpans);
    for (int i = 1; i < threads; ++i) {
      others.emplace_back([&] {
        ++ready;
        while (ready < threads) {
        }
        variant.run(round_spans);
      });
    }
    ++ready;
    while (ready < threads) {
    }
    nanos.push_back(NanosPerSpan(variant, round_spans));
    for (std::thread& other : others) other.join();
    variant.between();
  }
  for (int left = count - kRounds * kRoundSpans; left > 0;
       left -= kRoundSpans) {
    variant.run(std::min(left, kRoundSpans));
    variant.between();
  }
  std::sort(nanos.begin(), nanos.end());
  printf("%.2f\n", nanos[nanos.size() / 2]);
  return EXIT_SUCCESS;
}
