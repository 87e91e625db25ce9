// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/traced_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/server_option.h"
#include "waybill/recorder/mutex.h"
#include "waybill/testing/span_tree.h"

namespace waybill {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(10);

std::unique_ptr<const Propagator> PropagatorOf(const std::string& names) {
  if (names.empty()) return nullptr;
  return *MakePropagator(names);
}

// Never destroyed, and known to a checker for leaks.
RpcInstrumentation& Keep(RpcInstrumentation* instrumentation) {
  static auto& mutex = *new Mutex;
  static auto& kept = *new std::vector<RpcInstrumentation*>;
  MutexLock lock(&mutex);
  kept.push_back(instrumentation);
  return *instrumentation;
}

}  // namespace

TraceRecording::TraceRecording() : TraceRecording(Options()) {}

TraceRecording::TraceRecording(Options options)
    : TraceRecording(std::make_unique<InMemoryExporter>(), std::move(options)) {
}

TraceRecording::TraceRecording(std::unique_ptr<InMemoryExporter> exporter,
                               Options options)
    : spans_(exporter->spans()),
      recorder_(
          Recorder::Start(std::move(exporter), std::move(options.recorder))),
      instrumentation_(Keep(new RpcInstrumentation(
          &recorder_->tracer(), PropagatorOf(options.propagators),
          std::move(options.rpc), options.is_untraced))) {
  Tracer::SetDefault(&recorder_->tracer());
}

TraceRecording::~TraceRecording() {
  Tracer::ResetDefault(&recorder_->tracer());
}

std::shared_ptr<grpc::Channel> TraceRecording::MakeChannel(
    const std::string& target) {
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(
      MakeClientInterceptorFactory(&instrumentation_, target));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, grpc::InsecureChannelCredentials(), grpc::ChannelArguments(),
      std::move(interceptors));
}

std::vector<FinishedSpan> TraceRecording::Spans() {
  const absl::Time deadline = absl::Now() + kPatience;
  for (;;) {
    const RecorderCounts counts = recorder_->counts();
    if (counts.started == counts.ended || absl::Now() > deadline) break;
    absl::SleepFor(absl::Microseconds(200));
  }
  recorder_->Flush(kPatience);
  return spans_->Get();
}

std::string TraceRecording::Tree() { return SpanTree(Spans()); }

TracedServer::TracedServer(TraceRecording* recording,
                           const Configure& configure)
    : recording_(recording) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  configure(builder);
  if (recording_ != nullptr) {
    builder.SetOption(MakeServerOption(&recording_->instrumentation()));
  }
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

TracedServer::~TracedServer() { Shutdown(); }

std::shared_ptr<grpc::Channel> TracedServer::channel() {
  if (recording_ != nullptr) return recording_->MakeChannel(address_);
  return grpc::CreateChannel(address_, grpc::InsecureChannelCredentials());
}

void TracedServer::Shutdown() {
  server_->Shutdown(std::chrono::system_clock::now());
}

}  // namespace waybill
