// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/global_hooks.h"

#include <grpcpp/server_builder.h>
#include <grpcpp/support/client_interceptor.h>

#include <atomic>
#include <memory>

#include "waybill/interceptors/client_interceptor.h"
#include "waybill/interceptors/server_option.h"

namespace waybill {
namespace {

using grpc::experimental::ClientInterceptorFactoryInterface;
using grpc::experimental::Interceptor;

// The factory that gRPC knows stays the same; what is behind it may change.
class GlobalFactory final : public ClientInterceptorFactoryInterface {
 public:
  void Use(RpcInstrumentation* instrumentation) {
    // The one before is left alone: calls may be using it.
    factory_.store(
        MakeGlobalClientInterceptorFactory(instrumentation).release(),
        std::memory_order_release);
  }

  Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    return factory_.load(std::memory_order_acquire)
        ->CreateClientInterceptor(info);
  }

 private:
  std::atomic<ClientInterceptorFactoryInterface*> factory_{nullptr};
};

std::atomic<RpcInstrumentation*> server_instrumentation{nullptr};

std::unique_ptr<grpc::ServerBuilderPlugin> MakePlugin() {
  return MakeServerPlugin(
      server_instrumentation.load(std::memory_order_acquire));
}

}  // namespace

absl::Status InstallGlobalHooks(RpcInstrumentation* instrumentation) {
  static GlobalFactory& factory = *new GlobalFactory;
  if (server_instrumentation.exchange(instrumentation) == nullptr) {
    grpc::ServerBuilder::InternalAddPluginFactory(MakePlugin);
  }
  factory.Use(instrumentation);
  const auto* taken_by = grpc::internal::g_global_client_interceptor_factory;
  if (taken_by == &factory) return absl::OkStatus();
  if (taken_by != nullptr) {
    return absl::AlreadyExistsError(
        "this process has a global client interceptor factory of its own, and "
        "gRPC allows one: calls made are not traced, calls served are");
  }
  grpc::experimental::RegisterGlobalClientInterceptorFactory(&factory);
  return absl::OkStatus();
}

}  // namespace waybill
