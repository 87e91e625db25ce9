// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/tracing.h"

#include <dlfcn.h>
#include <grpcpp/create_channel.h>

#include <atomic>
#include <utility>

#include "waybill/exporters/untraced_call.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/global_hooks.h"
#include "waybill/interceptors/rpc_instrumentation.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/scope.h"

namespace waybill {
namespace {

constexpr char kExportMethod[] =
    "opentelemetry.proto.collector.trace.v1.TraceService/Export";

// Of the Tracing that was started last. What it points to is never destroyed.
std::atomic<RpcInstrumentation*> latest{nullptr};

// Null where nothing propagates.
RpcInstrumentation* LatestPropagating() {
  RpcInstrumentation* instrumentation = latest.load(std::memory_order_acquire);
  const bool propagates =
      instrumentation != nullptr && instrumentation->propagator() != nullptr;
  return propagates ? instrumentation : nullptr;
}

// An agent that is preloaded has a copy of all this, whose current span is not
// the program's. Two tracers would make two halves of each trace, so it leaves
// to the program what the program does by itself (agent/preload.cc).
void HaveAgentStepAside() {
  void* found = dlsym(RTLD_DEFAULT, "waybill_agent_step_aside");
  // Nobody is to find what this found missing. (The C library keeps one message
  // for each thread.)
  dlerror();  // NOLINT(concurrency-mt-unsafe)
  if (found != nullptr) reinterpret_cast<void (*)()>(found)();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Tracing>> Tracing::Start(Options options) {
  absl::StatusOr<FinalOptions> final_options = Finalize(std::move(options));
  if (!final_options.ok()) return final_options.status();
  return Start(*std::move(final_options));
}

std::unique_ptr<Tracing> Tracing::Start(FinalOptions options) {
  HaveAgentStepAside();
  std::unique_ptr<Recorder> recorder;
  Tracer* tracer = &Tracer::Noop();
  if (!options.disabled && options.exporter != nullptr) {
    recorder = Recorder::Start(std::move(options.exporter),
                               std::move(options.recorder));
    tracer = &recorder->tracer();
  }
  Tracer::SetDefault(tracer);
  // A collector that is traced and exports to itself would never come to rest.
  options.rpc.untraced_methods.push_back(kExportMethod);
  auto* instrumentation =
      new RpcInstrumentation(tracer, std::move(options.propagator),
                             std::move(options.rpc), IsUntraced);
  latest.store(instrumentation, std::memory_order_release);
  return std::unique_ptr<Tracing>(new Tracing(
      std::move(recorder), instrumentation, options.shutdown_timeout));
}

Tracing::Tracing(std::unique_ptr<Recorder> recorder,
                 RpcInstrumentation* instrumentation,
                 absl::Duration shutdown_timeout)
    : recorder_(std::move(recorder)),
      instrumentation_(*instrumentation),
      shutdown_timeout_(shutdown_timeout) {}

Tracing::~Tracing() { Shutdown(shutdown_timeout_); }

std::unique_ptr<grpc::ServerBuilderOption> Tracing::ServerOption() {
  return MakeServerOption(&instrumentation_);
}

std::shared_ptr<grpc::Channel> Tracing::CreateChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const grpc::ChannelArguments& arguments) {
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, credentials, arguments, ClientInterceptors(target));
}

std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
Tracing::ClientInterceptors(const std::string& target) {
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(
      MakeClientInterceptorFactory(&instrumentation_, target));
  return interceptors;
}

absl::Status Tracing::TraceAllRpcs() {
  return InstallGlobalHooks(&instrumentation_);
}

void Tracing::LeaveAllRpcs() { RemoveGlobalHooks(); }

bool Tracing::Flush(absl::Duration timeout) {
  return recorder_ == nullptr || recorder_->Flush(timeout);
}

bool Tracing::WakeFromSignalHandler() {
  return recorder_ != nullptr && recorder_->WakeFromSignalHandler();
}

bool Tracing::Shutdown(absl::Duration timeout) {
  return recorder_ == nullptr || recorder_->Shutdown(timeout);
}

RecorderCounts Tracing::counts() const {
  return recorder_ == nullptr ? RecorderCounts() : recorder_->counts();
}

ExtractCounts Tracing::extract_counts() const {
  return instrumentation_.extract_counts();
}

Context Extract(const CarrierReader& carrier) {
  Context context;
  RpcInstrumentation* instrumentation = LatestPropagating();
  if (instrumentation != nullptr) {
    ExtractCounts counts;
    instrumentation->propagator()->Extract(carrier, &context, &counts);
    instrumentation->Count(counts);
  }
  return context;
}

void Inject(CarrierWriter& carrier) {
  RpcInstrumentation* instrumentation = LatestPropagating();
  if (instrumentation != nullptr) {
    instrumentation->propagator()->Inject(CurrentContext(), carrier);
  }
}

}  // namespace waybill
