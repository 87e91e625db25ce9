// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What one span costs, for tools/bench.py:
//   span_cost VARIANT[,VARIANT...] COUNT
// records COUNT spans of each variant, which take turns, and prints the median
// time of one of each, in nanoseconds. COUNT is also what callgrind needs: the
// difference between two runs of a variant is the instructions of the spans
// between them.
//
//   floor      the least that a recorded span can cost on this machine: two
//              reads of the clock, ids, and its fields written to a ring that
//              nobody reads
//   span       a span, recorded and drained
//   floor8, span8  the same with four strings and four integers
//   unsampled  a root that is not sampled; unsampled_child: a child
//   full       a span that finds the recorder full
//   nothing    an empty loop
//   NAME_x2    the same in two threads at once: the time of the first one's
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

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "waybill/recorder/clock.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"
#include "waybill/recorder/thread_state.h"
#include "waybill/recorder/tracer.h"

namespace {

// Of a variant's turn: so few that the default recorder is never half full, at
// which the drain thread comes. The first third is not timed: what ran before,
// here and in the kernel, has left the caches to it.
constexpr int kTurnSpans = 1500;
constexpr int kTimedOfThree = 2;

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

using Run = std::function<void(int count)>;

Run MakeRun(absl::string_view name, waybill::Tracer* tracer) {
  if (name == "floor" || name == "floor8") {
    return [attributes = name == "floor8"](int count) {
      static thread_local std::vector<FloorRecord> ring(4096);
      uint64_t at = 0;
      for (int i = 0; i < count; ++i) FloorSpan(ring.data(), &at, attributes);
    };
  }
  if (name == "span" || name == "unsampled" || name == "full") {
    return [tracer](int count) {
      for (int i = 0; i < count; ++i) tracer->StartSpan("work");
    };
  }
  if (name == "span8") {
    static const waybill::SpanTemplate& rpc = *waybill::MakeSpanTemplate(
        "echo.EchoService/Unary", waybill::SpanKind::kClient, {});
    return [tracer](int count) {
      for (int i = 0; i < count; ++i) {
        waybill::Span span = tracer->StartSpan(rpc);
        Attributes(span);
      }
    };
  }
  if (name == "unsampled_child") {
    return [tracer](int count) {
      waybill::Span parent = tracer->StartSpan("parent");
      waybill::Scope scope(parent);
      for (int i = 0; i < count; ++i) tracer->StartSpan("work");
    };
  }
  if (name == "nothing") {
    return [](int count) {
      for (int i = 0; i < count; ++i) asm volatile("" : : "r"(i));
    };
  }
  return nullptr;
}

class Variant {
 public:
  explicit Variant(absl::string_view name)
      : threads_(absl::ConsumeSuffix(&name, "_x2") ? 2 : 1) {
    waybill::Tracer* tracer = nullptr;
    if (name != "nothing" && !absl::StartsWith(name, "floor")) {
      const bool full = name == "full";
      recorder_ = StartRecorder(!absl::StartsWith(name, "unsampled"),
                                full ? 64 * 1024 : 8 << 20);
      tracer = &recorder_->tracer();
      // What fills it stays open.
      for (int i = 0; full && i < 200; ++i) {
        open_.push_back(tracer->StartSpan("open"));
      }
    }
    run_ = MakeRun(name, tracer);
  }

  bool exists() const { return run_ != nullptr; }

  void TakeTurn(int count) {
    const int timed = std::max(count * kTimedOfThree / 3, 1);
    std::atomic<int> ready{0};
    const auto warm_up = [&] {
      run_(count - timed);
      ++ready;
      while (ready < threads_) {
      }
    };
    std::vector<std::thread> others;
    for (int i = 1; i < threads_; ++i) {
      others.emplace_back([&] {
        warm_up();
        run_(timed);
      });
    }
    warm_up();
    const auto start = std::chrono::steady_clock::now();
    run_(timed);
    const std::chrono::duration<double, std::nano> took =
        std::chrono::steady_clock::now() - start;
    nanos_per_span_.push_back(took.count() / timed);
    for (std::thread& other : others) other.join();
    if (recorder_ != nullptr) recorder_->Flush(absl::Seconds(10));
  }

  double MedianNanos() {
    std::sort(nanos_per_span_.begin(), nanos_per_span_.end());
    return nanos_per_span_[nanos_per_span_.size() / 2];
  }

 private:
  const int threads_;
  std::unique_ptr<waybill::Recorder> recorder_;
  std::vector<waybill::Span> open_;
  Run run_;
  std::vector<double> nanos_per_span_;
};

}  // namespace

int main(int argc, char** argv) {
  const int count = argc == 3 ? atoi(argv[2]) : 0;
  if (count < 1) {
    fprintf(stderr, "span_cost VARIANT[,VARIANT...] COUNT\n");
    return EXIT_FAILURE;
  }
  std::vector<std::unique_ptr<Variant>> variants;
  for (const absl::string_view name : absl::StrSplit(argv[1], ',')) {
    variants.push_back(std::make_unique<Variant>(name));
    if (!variants.back()->exists()) {
      fprintf(stderr, "span_cost: no variant is called %s\n",
              std::string(name).c_str());
      return EXIT_FAILURE;
    }
  }
  for (int left = count; left > 0; left -= kTurnSpans) {
    for (const auto& variant : variants) {
      variant->TakeTurn(std::min(left, kTurnSpans));
    }
  }
  for (const auto& variant : variants) {
    printf("%.2f\n", variant->MedianNanos());
  }
  return EXIT_SUCCESS;
}
