// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/global_hooks.h"

#include <grpcpp/server_builder.h>
#include <grpcpp/support/client_interceptor.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

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

// Null while the hooks are not installed.
std::atomic<RpcInstrumentation*> server_instrumentation{nullptr};

// gRPC keeps these for ever, so each looks whether it is still wanted.
class GlobalPlugin final : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return "waybill_global"; }

  void UpdateServerBuilder(grpc::ServerBuilder* builder) override {
    RpcInstrumentation* instrumentation =
        server_instrumentation.load(std::memory_order_acquire);
    if (instrumentation == nullptr) return;
    MakeServerPlugin(instrumentation)->UpdateServerBuilder(builder);
  }

  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer*) override {}
  void ChangeArguments(const std::string&, void*) override {}
};

std::unique_ptr<grpc::ServerBuilderPlugin> MakePlugin() {
  return std::make_unique<GlobalPlugin>();
}

GlobalFactory& Factory() {
  static GlobalFactory& factory = *new GlobalFactory;
  return factory;
}

}  // namespace

absl::Status InstallGlobalHooks(RpcInstrumentation* instrumentation) {
  server_instrumentation.store(instrumentation, std::memory_order_release);
  static std::once_flag once;
  std::call_once(
      once, [] { grpc::ServerBuilder::InternalAddPluginFactory(MakePlugin); });
  Factory().Use(instrumentation);
  const auto* taken_by = grpc::internal::g_global_client_interceptor_factory;
  if (taken_by == &Factory()) return absl::OkStatus();
  if (taken_by != nullptr) {
    return absl::AlreadyExistsError(
        "this process has a global client interceptor factory of its own, and "
        "gRPC allows one: calls made are not traced, calls served are");
  }
  grpc::experimental::RegisterGlobalClientInterceptorFactory(&Factory());
  return absl::OkStatus();
}

void RemoveGlobalHooks() {
  server_instrumentation.store(nullptr, std::memory_order_release);
  auto*& factory = grpc::internal::g_global_client_interceptor_factory;
  if (factory == &Factory()) factory = nullptr;
}

}  // namespace waybill
