// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/server_option.h"

#include <grpcpp/server_builder.h>

#include <string>
#include <utility>

#include "waybill/interceptors/grpc_internals.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/interceptors/server_interceptor.h"
#include "waybill/recorder/scope.h"

namespace waybill {
namespace {

// Services that gRPC itself adds to a server, once it is being built.
constexpr const char* kGrpcsOwnMethods[] = {
    "grpc.health.v1.Health/Check",
    "grpc.health.v1.Health/Watch",
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
};

// Makes the call's span current around the application's handler.
class TracedHandler final : public grpc::internal::MethodHandler {
 public:
  explicit TracedHandler(HandlerPtr handler) : handler_(std::move(handler)) {}

  void RunHandler(const HandlerParameter& parameter) override {
    ServerCall* call = ServerCall::Of(parameter.server_context->c_call());
    if (call == nullptr) {
      handler_->RunHandler(parameter);
      return;
    }
    call->has_handler = true;
    Scope scope(call->span, call->baggage);
    handler_->RunHandler(parameter);
  }

  void* Deserialize(grpc_call* call, grpc_byte_buffer* request,
                    grpc::Status* status, void** handler_data) override {
    return handler_->Deserialize(call, request, status, handler_data);
  }

 private:
  const HandlerPtr handler_;
};

HandlerPtr Wrap(HandlerPtr handler) {
  // A service that has been in another server before is wrapped already.
  if (dynamic_cast<TracedHandler*>(handler.get()) != nullptr) return handler;
  return std::make_unique<TracedHandler>(std::move(handler));
}

class Plugin final : public grpc::ServerBuilderPlugin {
 public:
  explicit Plugin(RpcInstrumentation* instrumentation)
      : instrumentation_(*instrumentation) {}

  std::string name() override { return "waybill"; }

  void UpdateServerBuilder(grpc::ServerBuilder* builder) override {
    auto* factories = InterceptorFactories(builder);
    if (factories == nullptr) return;
    for (const auto& factory : *factories) {
      if (dynamic_cast<ServerInterceptorFactory*>(factory.get()) != nullptr) {
        return;
      }
    }
    MethodTable& methods = instrumentation_.server_methods();
    for (const char* method : kGrpcsOwnMethods) methods.Find(method, true);
    ForEachMethod(builder, [&](grpc::internal::RpcServiceMethod* method) {
      methods.Find(method->name(), true);
      WrapHandler(method, Wrap);
    });
    factories->push_back(std::make_unique<ServerInterceptorFactory>(
        &instrumentation_, /*knows_methods=*/true));
  }

  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer*) override {}
  void ChangeArguments(const std::string&, void*) override {}

 private:
  RpcInstrumentation& instrumentation_;
};

class Option final : public grpc::ServerBuilderOption {
 public:
  explicit Option(RpcInstrumentation* instrumentation)
      : instrumentation_(*instrumentation) {}

  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->push_back(MakeServerPlugin(&instrumentation_));
  }

 private:
  RpcInstrumentation& instrumentation_;
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> MakeServerOption(
    RpcInstrumentation* instrumentation) {
  return std::make_unique<Option>(instrumentation);
}

std::unique_ptr<grpc::ServerBuilderPlugin> MakeServerPlugin(
    RpcInstrumentation* instrumentation) {
  return std::make_unique<Plugin>(instrumentation);
}

}  // namespace waybill
