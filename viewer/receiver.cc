// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/receiver.h"

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/resource_quota.h"
#include "viewer/otlp/trace_service.grpc.pb.h"

namespace waybill {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;

constexpr int kMaxMessageBytes = 16 << 20;
constexpr size_t kMaxBytesUnderWay = size_t{64} << 20;
constexpr int kMaxStreams = 32;
constexpr std::chrono::seconds kStopTimeout(1);

class Service final : public collector::TraceService::Service {
 public:
  explicit Service(TraceStore* store) : store_(store) {}

  grpc::Status Export(
      grpc::ServerContext*, const collector::ExportTraceServiceRequest* request,
      collector::ExportTraceServiceResponse* response) override {
    const AddResult result = store_->Add(request->resource_spans());
    if (result.refused > 0) {
      auto* partial = response->mutable_partial_success();
      partial->set_rejected_spans(static_cast<int64_t>(result.refused));
      partial->set_error_message(result.reason);
    }
    return grpc::Status::OK;
  }

 private:
  TraceStore* const store_;
};

}  // namespace

class Receiver::Impl {
 public:
  explicit Impl(TraceStore* store) : service_(store) {}

  ~Impl() {
    if (server_ == nullptr) return;
    // Cancels what is still under way once the time is up.
    server_->Shutdown(std::chrono::system_clock::now() + kStopTimeout);
  }

  absl::Status Start(const std::string& address) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(),
                             &port_);
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.SetResourceQuota(
        grpc::ResourceQuota("waybill viewer").Resize(kMaxBytesUnderWay));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams);
    // Or two viewers would share the port, and each get half of the spans.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot listen for spans on ", address,
          ": the port is taken, or this is no HOST:PORT of this machine"));
    }
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

absl::StatusOr<std::unique_ptr<Receiver>> Receiver::Start(
    const std::string& address, TraceStore* store) {
  auto impl = std::make_unique<Impl>(store);
  const absl::Status started = impl->Start(address);
  if (!started.ok()) return started;
  return std::unique_ptr<Receiver>(new Receiver(std::move(impl)));
}

Receiver::Receiver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Receiver::~Receiver() = default;

int Receiver::port() const { return impl_->port(); }

}  // namespace waybill
