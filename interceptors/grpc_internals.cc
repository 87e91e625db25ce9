// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/grpc_internals.h"

#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <utility>

namespace waybill {
namespace {

using InterceptorList =
    std::vector<std::unique_ptr<grpc::experimental::Interceptor>>;
using InterceptorFactoryList = std::vector<
    std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>;

}  // namespace

#ifndef WAYBILL_PUBLIC_GRPC_ONLY

namespace {

using MethodList =
    std::vector<std::unique_ptr<grpc::internal::RpcServiceMethod>>;

// For a Tag that declares  friend Type Member(Tag),  instantiating
// Grant<Tag, &Class::member> defines that function to return the pointer.
template <typename Tag, typename Tag::Type kMember>
struct Grant {
  friend typename Tag::Type Member(Tag) { return kMember; }
};

struct ContextPropagatedCall {
  using Type = grpc_call* grpc::ClientContext::*;
  friend Type Member(ContextPropagatedCall);
};
template struct Grant<ContextPropagatedCall,
                      &grpc::ClientContext::propagate_from_call_>;

struct CallInterceptors {
  using Type = InterceptorList grpc::experimental::ClientRpcInfo::*;
  friend Type Member(CallInterceptors);
};
template struct Grant<CallInterceptors,
                      &grpc::experimental::ClientRpcInfo::interceptors_>;

struct ServerMetadata {
  using Type = grpc::internal::MetadataMap grpc::ServerContextBase::*;
  friend Type Member(ServerMetadata);
};
template struct Grant<ServerMetadata,
                      &grpc::ServerContextBase::client_metadata_>;

struct BuilderFactories {
  using Type = InterceptorFactoryList grpc::ServerBuilder::*;
  friend Type Member(BuilderFactories);
};
template struct Grant<BuilderFactories,
                      &grpc::ServerBuilder::interceptor_creators_>;

struct ServiceMethods {
  using Type = MethodList grpc::Service::*;
  friend Type Member(ServiceMethods);
};
template struct Grant<ServiceMethods, &grpc::Service::methods_>;

struct MethodHandlerOf {
  using Type = HandlerPtr grpc::internal::RpcServiceMethod::*;
  friend Type Member(MethodHandlerOf);
};
template struct Grant<MethodHandlerOf,
                      &grpc::internal::RpcServiceMethod::handler_>;

// services() is protected: a derived class may name it.
struct BuilderServices : grpc::ServerBuilder {
  static auto Of(grpc::ServerBuilder* builder) {
    return (builder->*(&BuilderServices::services))();
  }
};

}  // namespace

grpc_call* PropagatedCall(const grpc::ClientContext& context) {
  return context.*Member(ContextPropagatedCall());
}

const InterceptorList* Interceptors(
    const grpc::experimental::ClientRpcInfo& call) {
  return &(call.*Member(CallInterceptors()));
}

const grpc_metadata_array* UnmappedMetadata(grpc::ServerContextBase* context) {
  return (context->*Member(ServerMetadata())).arr();
}

InterceptorFactoryList* InterceptorFactories(grpc::ServerBuilder* builder) {
  return &(builder->*Member(BuilderFactories()));
}

void ForEachMethod(
    grpc::ServerBuilder* builder,
    const std::function<void(grpc::internal::RpcServiceMethod*)>& visit) {
  for (const auto* named : BuilderServices::Of(builder)) {
    for (const auto& method : named->service->*Member(ServiceMethods())) {
      // A method that is served generically was taken out.
      if (method != nullptr) visit(method.get());
    }
  }
}

void WrapHandler(grpc::internal::RpcServiceMethod* method,
                 const std::function<HandlerPtr(HandlerPtr)>& wrap) {
  HandlerPtr& handler = method->*Member(MethodHandlerOf());
  if (handler == nullptr) return;
  // The service may be in another server, which is answering calls: at every
  // moment a handler is there, and complete. Until the swap two own the old.
  HandlerPtr other = wrap(HandlerPtr(handler.get()));
  std::atomic_thread_fence(std::memory_order_release);
  if (other != handler) handler.swap(other);
  (void)other.release();
}

#else  // WAYBILL_PUBLIC_GRPC_ONLY

grpc_call* PropagatedCall(const grpc::ClientContext&) { return nullptr; }

const InterceptorList* Interceptors(const grpc::experimental::ClientRpcInfo&) {
  return nullptr;
}

const grpc_metadata_array* UnmappedMetadata(grpc::ServerContextBase*) {
  return nullptr;
}

InterceptorFactoryList* InterceptorFactories(grpc::ServerBuilder*) {
  return nullptr;
}

void ForEachMethod(
    grpc::ServerBuilder*,
    const std::function<void(grpc::internal::RpcServiceMethod*)>&) {}

void WrapHandler(grpc::internal::RpcServiceMethod*,
                 const std::function<HandlerPtr(HandlerPtr)>&) {}

#endif  // WAYBILL_PUBLIC_GRPC_ONLY

}  // namespace waybill
