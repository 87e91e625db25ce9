// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What tracing adds to one RPC, for tools/bench.py:
//   rpc_cost VARIANT inproc|tcp COUNT
// makes COUNT unary calls and prints the median time of one, in nanoseconds,
// over rounds. COUNT is also what callgrind needs: the difference between two
// runs is the instructions of the calls between them.
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

#include "absl/time/time.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/rpc_instrumentation.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/propagation/propagators.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/tracer.h"
#include "waybill/testing/echo_loop.h"

namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// So short that a machine with other work leaves most rounds alone.
constexpr int kRoundCalls = 20;
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

double NanosPerCall(waybill::EchoLoop& loop, int calls) {
  const auto start = std::chrono::steady_clock::now();
  loop.Run(calls);
  const std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - start;
  return took.count() / calls;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  const std::string variant = argv[1];
  const auto transport = argv[2] == std::string("tcp")
                             ? waybill::EchoLoop::Transport::kTcp
                             : waybill::EchoLoop::Transport::kInProcess;
  const int count = atoi(argv[3]);
  std::unique_ptr<waybill::Recorder> recorder;
  waybill::EchoLoop::Setup setup;
  if (variant == "empty") {
    setup = PlainInterceptors(Does::kNothing, Does::kNothing);
  } else if (variant == "header") {
    setup = PlainInterceptors(Does::kAddHeader, Does::kReadHeader);
  } else if (variant == "sampled" || variant == "unsampled") {
    recorder = StartRecorder(variant == "sampled");
    setup = Traced(recorder.get(), /*propagates=*/true);
  } else if (variant == "off") {
    setup = Traced(nullptr, /*propagates=*/false);
  } else if (variant != "none") {
    return EXIT_FAILURE;
  }
  waybill::EchoLoop loop(transport, std::move(setup));

  std::vector<double> nanos;
  for (int left = count; left > 0; left -= kRoundCalls) {
    nanos.push_back(NanosPerCall(loop, std::min(left, kRoundCalls)));
  }
  if (recorder != nullptr) {
    recorder->Flush(absl::Seconds(10));
    const waybill::RecorderCounts counts = recorder->counts();
    if (counts.ended != counts.exported) {
      fprintf(stderr, "rpc_cost: spans were lost\n");
    }
  }
  std::sort(nanos.begin(), nanos.end());
  printf("%.0f\n", nanos[nanos.size() / 2]);
  return EXIT_SUCCESS;
}
