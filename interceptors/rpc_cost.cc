// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What tracing adds to one RPC, for tools/bench.py:
//   rpc_cost VARIANT[,VARIANT...] inproc|tcp COUNT
// makes COUNT unary calls of each variant, which take turns, and prints the
// median time of one call of each, in nanoseconds. COUNT is also what callgrind
// needs: the difference between two runs of a variant is the instructions of
// the calls between them.
//
//   none       neither interceptors nor Waybill
//   empty      an interceptor a side that only proceeds
//   header     the same with a traceparent that one adds and the other reads
//   sampled    Waybill on both sides: spans recorded, drained and thrown away
//   unsampled  Waybill where the traceparent travels and nothing is recorded
//   off        Waybill with nothing to record and nothing to propagate
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/rpc_instrumentation.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/propagation/propagators.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/recorder_counts.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/tracer.h"
#include "waybill/testing/echo_loop.h"

namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// Of a variant's turn: so many that the caches are its own, as in a process
// that has no other variant, and so few that all have many turns while the
// machine is equally busy.
constexpr int kRoundCalls = 200;
// Before the turns, so that connections stand and memory has been touched.
constexpr int kWarmCalls = 3000;
constexpr char kTraceparent[] =
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class NullExporter final : public waybill::SpanExporter {
 public:
  waybill::ExportResult Export(const waybill::SpanBatch&) override {
    return {};
  }
  std::string Description() const override { return "nothing"; }
};

// The least that an interceptor can do, and the least that carries a context.
enum class Does { kNothing, kAddHeader, kReadHeader };

class Plain final : public grpc::experimental::Interceptor {
 public:
  explicit Plain(Does does) : does_(does) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (does_ == Does::kAddHeader &&
        methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("traceparent", kTraceparent);
    }
    if (does_ == Does::kReadHeader &&
        methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      const auto* metadata = methods->GetRecvInitialMetadata();
      const auto header = metadata->find("traceparent");
      if (header == metadata->end() || header->second != kTraceparent) abort();
    }
    methods->Proceed();
  }

 private:
  const Does does_;
};

class PlainFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface,
      public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit PlainFactory(Does does) : does_(does) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    return new Plain(does_);
  }
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo*) override {
    return new Plain(does_);
  }

 private:
  const Does does_;
};

waybill::EchoLoop::Setup PlainInterceptors(Does client, Does server) {
  waybill::EchoLoop::Setup setup;
  setup.interceptors.push_back(std::make_unique<PlainFactory>(client));
  setup.configure = [server](grpc::ServerBuilder& builder) {
    std::vector<
        std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
        creators;
    creators.push_back(std::make_unique<PlainFactory>(server));
    builder.experimental().SetInterceptorCreators(std::move(creators));
  };
  return setup;
}

// Costs what Tracing's own costs.
bool IsUntraced(const grpc::ClientContext& context) {
  static char mark;
  return context.census_context() == reinterpret_cast<census_context*>(&mark);
}

// recorder is null where nothing is recorded. What Tracing::Start() does with
// the default options.
waybill::EchoLoop::Setup Traced(waybill::Recorder* recorder, bool propagates) {
  auto* instrumentation = new waybill::RpcInstrumentation(
      recorder == nullptr ? &waybill::Tracer::Noop() : &recorder->tracer(),
      propagates ? *waybill::MakePropagator(waybill::kDefaultPropagators)
                 : nullptr,
      waybill::RpcOptions(), IsUntraced);
  waybill::EchoLoop::Setup setup;
  setup.interceptors.push_back(waybill::MakeClientInterceptorFactory(
      instrumentation, "127.0.0.1:50051"));
  setup.configure = [instrumentation](grpc::ServerBuilder& builder) {
    builder.SetOption(waybill::MakeServerOption(instrumentation));
  };
  return setup;
}

std::unique_ptr<waybill::Recorder> StartRecorder(bool sampled) {
  waybill::RecorderOptions options;
  if (!sampled) {
    options.sampler = waybill::ParentBased(waybill::AlwaysOff());
  }
  return waybill::Recorder::Start(std::make_unique<NullExporter>(),
                                  std::move(options));
}

class Variant {
 public:
  Variant(const std::string& name, waybill::EchoLoop::Transport transport) {
    waybill::EchoLoop::Setup setup;
    if (name == "empty") {
      setup = PlainInterceptors(Does::kNothing, Does::kNothing);
    } else if (name == "header") {
      setup = PlainInterceptors(Does::kAddHeader, Does::kReadHeader);
    } else if (name == "sampled" || name == "unsampled") {
      recorder_ = StartRecorder(name == "sampled");
      setup = Traced(recorder_.get(), /*propagates=*/true);
    } else if (name == "off") {
      setup = Traced(nullptr, /*propagates=*/false);
    } else if (name != "none") {
      fprintf(stderr, "rpc_cost: no variant is called %s\n", name.c_str());
      exit(EXIT_FAILURE);
    }
    loop_ = std::make_unique<waybill::EchoLoop>(transport, std::move(setup));
  }

  void Warm() { loop_->Run(kWarmCalls); }

  void Round(int calls) {
    const auto start = std::chrono::steady_clock::now();
    loop_->Run(calls);
    const std::chrono::duration<double, std::nano> took =
        std::chrono::steady_clock::now() - start;
    nanos_per_call_.push_back(took.count() / calls);
  }

  double MedianNanos() {
    std::sort(nanos_per_call_.begin(), nanos_per_call_.end());
    return nanos_per_call_[nanos_per_call_.size() / 2];
  }

  bool LostSpans() const {
    if (recorder_ == nullptr) return false;
    recorder_->Flush(absl::Seconds(10));
    const waybill::RecorderCounts counts = recorder_->counts();
    return counts.exported != counts.ended;
  }

 private:
  std::unique_ptr<waybill::Recorder> recorder_;  // outlives the loop
  std::unique_ptr<waybill::EchoLoop> loop_;
  std::vector<double> nanos_per_call_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  const auto transport = argv[2] == std::string("tcp")
                             ? waybill::EchoLoop::Transport::kTcp
                             : waybill::EchoLoop::Transport::kInProcess;
  std::vector<std::unique_ptr<Variant>> variants;
  for (absl::string_view name : absl::StrSplit(argv[1], ',')) {
    variants.push_back(std::make_unique<Variant>(std::string(name), transport));
  }
  for (const auto& variant : variants) variant->Warm();
  for (int left = atoi(argv[3]); left > 0; left -= kRoundCalls) {
    for (const auto& variant : variants) {
      variant->Round(std::min(left, kRoundCalls));
    }
  }
  for (const auto& variant : variants) {
    if (variant->LostSpans()) fprintf(stderr, "rpc_cost: spans were lost\n");
    printf("%.0f ", variant->MedianNanos());
  }
  printf("\n");
  return EXIT_SUCCESS;
}
