// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/client_interceptor.h"

#include <utility>

#include "waybill/interceptors/grpc_carrier.h"
#include "waybill/interceptors/grpc_internals.h"
#include "waybill/interceptors/rpc_attributes.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/interceptors/thread_spares.h"
#include "waybill/recorder/scope.h"

namespace waybill {

using grpc::experimental::ClientRpcInfo;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// In no unnamed namespace: a program may have Waybill twice, its own and the
// agent's, and each is to know the other's (IsTraced() below).
class ClientInterceptor final : public grpc::experimental::Interceptor {
 public:
  ClientInterceptor(RpcInstrumentation* instrumentation,
                    const MethodInfo& method, const ServerAddress& server,
                    ClientRpcInfo* info)
      : instrumentation_(*instrumentation),
        method_(method),
        server_(server),
        info_(*info),
        parent_(ParentOf(info->client_context())) {}

  static void* operator new(size_t size) {
    return NewFromSpare(&ThreadSpares::client_interceptor, size);
  }
  static void operator delete(void* block) {
    DeleteToSpare(&ThreadSpares::client_interceptor, block);
  }

  ~ClientInterceptor() override {
    if (sent_ != nullptr && IsDestroyedAfterThis(sent_)) {
      SentMetadata(sent_).KeepForNext();
    }
    if (!open_) return;
    SetServerAddress(span_, server_);
    span_.SetAttribute("error.type", "_OTHER");
    span_.SetError("the call was given up before its status was there");
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      Start(methods->GetSendInitialMetadata());
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_STATUS)) {
      End(methods->GetRecvStatus());
    }
    methods->Proceed();
  }

 private:
  // The server call that this one is made for, or what is current.
  static Context ParentOf(grpc::ClientContext* context) {
    const ServerCall* call = ServerCall::Of(PropagatedCall(*context));
    if (call != nullptr) return {call->span.context(), call->baggage};
    return CurrentContext();
  }

  void Start(SentMetadata::Map* metadata) {
    StartSpan(metadata);
    open_ = span_.IsRecording();
  }

  void StartSpan(SentMetadata::Map* metadata) {
    const Propagator* propagator = instrumentation_.propagator();
    if (propagator == nullptr || metadata == nullptr) {
      span_ = instrumentation_.tracer().StartSpan(*method_.span_template,
                                                  parent_.span_context);
    } else {
      if (metadata->empty()) sent_ = metadata;
      SentMetadata carrier(metadata);
      Context own;
      // Most calls have no metadata of their own, and pay nothing for this.
      if (!metadata->empty()) propagator->Extract(carrier, &own);
      if (own.span_context.IsValid()) parent_.span_context = own.span_context;
      if (!own.baggage.empty()) parent_.baggage = own.baggage;
      span_ = instrumentation_.tracer().StartSpan(*method_.span_template,
                                                  parent_.span_context);
      if (!metadata->empty() && span_.context().IsValid()) {
        // What was invalid there must not go with what is sent.
        for (const std::string& field : instrumentation_.fields()) {
          metadata->erase(field);
        }
      }
      propagator->Inject({span_.context(), std::move(parent_.baggage)},
                         carrier);
    }
  }

  // Whether that is another member of the context that has the interceptors as
  // its member, and comes before them there.
  bool IsDestroyedAfterThis(const SentMetadata::Map* metadata) const {
    const auto address = [](const void* of) {
      return reinterpret_cast<uintptr_t>(of);
    };
    const uintptr_t context = address(info_.client_context());
    return context <= address(metadata) &&
           address(metadata) < address(&info_) &&
           address(&info_) < context + sizeof(grpc::ClientContext);
  }

  void End(const grpc::Status* status) {
    if (status == nullptr || !open_) return;
    open_ = false;
    const RpcOptions& options = instrumentation_.options();
    SetRpcEnd(span_, &server_, status->error_code(), status->error_message(),
              options.client_errors, options.vocabulary);
    if (options.record_peer_address) {
      SetPeer(span_, info_.client_context()->peer());
    }
    span_.End();
  }

  RpcInstrumentation& instrumentation_;
  const MethodInfo& method_;
  const ServerAddress& server_;
  ClientRpcInfo& info_;
  Context parent_;
  // Where nothing but what is set here is sent.
  SentMetadata::Map* sent_ = nullptr;
  Span span_;
  bool open_ = false;  // it records, and has not ended
};

namespace {

// A process may have both a traced channel and a hook for all channels: gRPC
// then asks both factories for the same call, and the second must keep out.
bool IsTraced(const ClientRpcInfo& info) {
  const auto* interceptors = Interceptors(info);
  if (interceptors == nullptr) return false;
  for (const auto& interceptor : *interceptors) {
    if (dynamic_cast<ClientInterceptor*>(interceptor.get()) != nullptr) {
      return true;
    }
  }
  return false;
}

class Factory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  Factory(RpcInstrumentation* instrumentation, ServerAddress server)
      : instrumentation_(*instrumentation), server_(std::move(server)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      ClientRpcInfo* info) override {
    if (!instrumentation_.enabled() || IsTraced(*info) ||
        instrumentation_.MustNotTrace(*info->client_context())) {
      return nullptr;
    }
    const MethodInfo& method =
        instrumentation_.client_methods().Find(info->method(), true);
    if (!method.traced) return nullptr;
    return new ClientInterceptor(&instrumentation_, method, server_, info);
  }

 private:
  RpcInstrumentation& instrumentation_;
  const ServerAddress server_;
};

class PassOn final : public grpc::experimental::Interceptor {
 public:
  void Intercept(InterceptorBatchMethods* methods) override {
    methods->Proceed();
  }
};

class GlobalFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit GlobalFactory(RpcInstrumentation* instrumentation)
      : factory_(instrumentation, ServerAddress()) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      ClientRpcInfo* info) override {
    grpc::experimental::Interceptor* interceptor =
        factory_.CreateClientInterceptor(info);
    return interceptor != nullptr ? interceptor : new PassOn;
  }

 private:
  Factory factory_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>
MakeGlobalClientInterceptorFactory(RpcInstrumentation* instrumentation) {
  return std::make_unique<GlobalFactory>(instrumentation);
}

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>
MakeClientInterceptorFactory(RpcInstrumentation* instrumentation,
                             const std::string& target) {
  return std::make_unique<Factory>(instrumentation, ParseTarget(target));
}

}  // namespace waybill
