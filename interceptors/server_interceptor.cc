// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/server_interceptor.h"

#include <grpcpp/server_context.h>

#include <atomic>
#include <utility>

#include "waybill/interceptors/grpc_carrier.h"
#include "waybill/interceptors/grpc_internals.h"
#include "waybill/interceptors/rpc_attributes.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/interceptors/thread_spares.h"

namespace waybill {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

class ServerInterceptor final : public grpc::experimental::Interceptor {
 public:
  ServerInterceptor(RpcInstrumentation* instrumentation,
                    const MethodInfo& method, ServerRpcInfo* info)
      : instrumentation_(*instrumentation), method_(method), info_(*info) {}

  static void* operator new(size_t size) {
    return NewFromSpare(&ThreadSpares::server_interceptor, size);
  }
  static void operator delete(void* block) {
    DeleteToSpare(&ThreadSpares::server_interceptor, block);
  }

  // A call that the application dropped without a status.
  ~ServerInterceptor() override { End(grpc::StatusCode::CANCELLED, ""); }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Start(methods);
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS) &&
        IsOpen()) {
      const grpc::Status status = methods->GetSendStatus();
      // The caller does not get what is sent to it after it has gone.
      if (IsCancelled()) {
        SetCancelled();
        End(grpc::StatusCode::CANCELLED, "");
      } else {
        End(status.error_code(), status.error_message());
      }
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_CLOSE)) {
      // A call without a status is closed by nothing else. The application may
      // have destroyed its context by now.
      SetCancelled();
    }
    methods->Proceed();
  }

 private:
  void Start(InterceptorBatchMethods* methods) {
    Context remote;
    if (instrumentation_.propagator() != nullptr) {
      ExtractCounts counts;
      Extract(methods, &remote, &counts);
      instrumentation_.Count(counts);
    }
    span_ = instrumentation_.tracer().StartSpan(*method_.span_template,
                                                remote.span_context);
    call_.span = span_.ref();
    open_.store(span_.IsRecording(), std::memory_order_relaxed);
    call_.baggage = std::move(remote.baggage);
    call_.AttachTo(info_.server_context()->c_call());
    if (instrumentation_.options().record_peer_address) {
      SetPeer(call_.span, info_.server_context()->peer());
    }
  }

  void Extract(InterceptorBatchMethods* methods, Context* remote,
               ExtractCounts* counts) const {
    const Propagator& propagator = *instrumentation_.propagator();
    const auto* unmapped = UnmappedMetadata(info_.server_context());
    if (unmapped != nullptr) {
      propagator.Extract(UnmappedReceivedMetadata(*unmapped), remote, counts);
      return;
    }
    const ReceivedMetadata::Map* map = methods->GetRecvInitialMetadata();
    if (map == nullptr) return;
    propagator.Extract(ReceivedMetadata(*map), remote, counts);
  }

  bool IsOpen() const { return open_.load(std::memory_order_relaxed); }

  bool IsCancelled() const {
    if (cancelled_.load(std::memory_order_relaxed)) return true;
    // gRPC has an answer for the synchronous and the callback API. It must not
    // be asked in a completion-queue server, where it looks in the queue for a
    // tag that only the application may take out.
    return call_.has_handler && info_.server_context()->IsCancelled();
  }

  void SetCancelled() {
    if (!IsOpen()) return;
    if (!cancelled_.exchange(true, std::memory_order_relaxed)) {
      call_.span.AddEvent("cancelled");
    }
  }

  void End(grpc::StatusCode code, absl::string_view message) {
    if (!open_.exchange(false, std::memory_order_relaxed)) return;
    const RpcOptions& options = instrumentation_.options();
    SetRpcEnd(call_.span, nullptr, code, message, options.server_errors,
              options.vocabulary);
    span_.End();
  }

  RpcInstrumentation& instrumentation_;
  const MethodInfo& method_;
  ServerRpcInfo& info_;
  ServerCall call_;
  Span span_;
  std::atomic<bool> open_{false};  // it records, and has not ended
  std::atomic<bool> cancelled_{false};
};

}  // namespace

grpc::experimental::Interceptor*
ServerInterceptorFactory::CreateServerInterceptor(ServerRpcInfo* info) {
  if (!instrumentation_.enabled()) return nullptr;
  const MethodInfo& method =
      instrumentation_.server_methods().Find(info->method(), !knows_methods_);
  if (!method.traced) return nullptr;
  return new ServerInterceptor(&instrumentation_, method, info);
}

}  // namespace waybill
