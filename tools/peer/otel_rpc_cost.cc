// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A unary call, traced with opentelemetry-cpp by hand as its gRPC example does:
// spans started around the call on both sides, and a traceparent put into the
// ClientContext's metadata and taken from the ServerContext's.
//   otel_rpc_cost sampled|otlp|unsampled inproc|tcp COUNT
// prints the median nanoseconds. interceptors/rpc_cost.cc is the same of
// Waybill.
#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <opentelemetry/context/propagation/text_map_propagator.h>
#include <opentelemetry/context/runtime_context.h>
#include <opentelemetry/trace/context.h>
#include <opentelemetry/trace/propagation/http_trace_context.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "tools/peer/otel_provider.h"
#include "tools/peer/rounds.h"
#include "waybill/testing/echo_loop.h"

namespace {

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;
using opentelemetry::context::RuntimeContext;
using opentelemetry::context::propagation::TextMapCarrier;

class ClientCarrier final : public TextMapCarrier {
 public:
  explicit ClientCarrier(grpc::ClientContext* context) : context_(*context) {}
  nostd::string_view Get(nostd::string_view) const noexcept override {
    return "";
  }
  void Set(nostd::string_view key, nostd::string_view value) noexcept override {
    context_.AddMetadata({key.data(), key.size()},
                         {value.data(), value.size()});
  }

 private:
  grpc::ClientContext& context_;
};

class ServerCarrier final : public TextMapCarrier {
 public:
  explicit ServerCarrier(grpc::ServerContext* context) : context_(*context) {}
  nostd::string_view Get(nostd::string_view key) const noexcept override {
    const auto found =
        context_.client_metadata().find({key.data(), key.size()});
    if (found == context_.client_metadata().end()) return "";
    return {found->second.data(), found->second.size()};
  }
  void Set(nostd::string_view, nostd::string_view) noexcept override {}

 private:
  grpc::ServerContext& context_;
};

class HandMadeSpans final : public waybill::EchoLoopHooks {
 public:
  explicit HandMadeSpans(nostd::shared_ptr<trace::Tracer> tracer)
      : tracer_(std::move(tracer)) {}

  void BeforeCall(grpc::ClientContext* context) override {
    trace::StartSpanOptions options;
    options.kind = trace::SpanKind::kClient;
    client_span_ = tracer_->StartSpan(kName,
                                      {{"rpc.system", "grpc"},
                                       {"rpc.service", kService},
                                       {"rpc.method", "Unary"},
                                       {"server.address", "127.0.0.1"},
                                       {"server.port", 50051}},
                                      options);
    const auto scope = tracer_->WithActiveSpan(client_span_);
    ClientCarrier carrier(context);
    propagator_.Inject(carrier, RuntimeContext::GetCurrent());
  }

  void Received(grpc::ServerContext* context) override {
    auto current = RuntimeContext::GetCurrent();
    const auto remote = propagator_.Extract(ServerCarrier(context), current);
    trace::StartSpanOptions options;
    options.kind = trace::SpanKind::kServer;
    options.parent = trace::GetSpan(remote)->GetContext();
    server_span_ = tracer_->StartSpan(kName,
                                      {{"rpc.system", "grpc"},
                                       {"rpc.service", kService},
                                       {"rpc.method", "Unary"}},
                                      options);
  }

  void Answered() override { End(*server_span_, 0); }

  void AfterCall(const grpc::Status& status) override {
    End(*client_span_, status.error_code());
  }

 private:
  static constexpr char kName[] = "waybill.testing.Echo/Unary";
  static constexpr char kService[] = "waybill.testing.Echo";

  static void End(trace::Span& span, int code) {
    span.SetAttribute("rpc.grpc.status_code", code);
    if (code != 0) span.SetStatus(trace::StatusCode::kError);
    span.End();
  }

  const nostd::shared_ptr<trace::Tracer> tracer_;
  trace::propagation::HttpTraceContext propagator_;
  nostd::shared_ptr<trace::Span> client_span_;
  nostd::shared_ptr<trace::Span> server_span_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return EXIT_FAILURE;
  const auto provider = waybill::MakeProvider(argv[1]);
  HandMadeSpans hooks(provider->GetTracer("peer"));
  waybill::EchoLoop::Setup setup;
  setup.hooks = &hooks;
  waybill::EchoLoop loop(argv[2] == std::string("tcp")
                             ? waybill::EchoLoop::Transport::kTcp
                             : waybill::EchoLoop::Transport::kInProcess,
                         std::move(setup));
  printf("%.0f\n", waybill::MedianNanos(
                       atoi(argv[3]), 20, [&](int count) { loop.Run(count); },
                       [&] { provider->ForceFlush(); }));
  return EXIT_SUCCESS;
}
