// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The span of a call that this server is answering, found by the call.
//
//   // In a completion-queue server, where no handler runs inside gRPC and so
//   // no span is current:
//   waybill::SpanRef span = waybill::ServerSpan(context);
//   span.SetAttribute("cart.items", 3);
//   waybill::Scope scope(span);      // for calls made from here
//
// Thread-safe, as long as the ServerContext lives, which is the caller's part.
#ifndef WAYBILL_INTERCEPTORS_SERVER_CALL_H_
#define WAYBILL_INTERCEPTORS_SERVER_CALL_H_

#include <grpcpp/server_context.h>

#include <cstdint>

#include "waybill/propagation/baggage.h"
#include "waybill/recorder/span.h"

struct grpc_call;

namespace waybill {

// A span that records nothing, where the call is not traced.
SpanRef ServerSpan(grpc::ServerContextBase& context);

// What an interceptor hangs on the call, in the one pointer that gRPC has for
// tracers (the "census context"), for others to find. Internal.
class ServerCall {
 private:
  // Tells ours from another tracer's, so it comes first.
  static constexpr uint64_t kMagic = 0x57415942494c4c21;
  const uint64_t magic_ = kMagic;

 public:
  // These two never change once they are attached: a call ends on one thread
  // while others look here. The interceptor keeps the Span, whose end this is.
  SpanRef span;
  Baggage baggage;
  // Whether gRPC calls a handler for it, which a completion-queue server has
  // not. Set before that call.
  bool has_handler = false;

  // Does nothing where another tracer has taken the place.
  void AttachTo(grpc_call* call);
  // Null where the call carries none, or another tracer's.
  static ServerCall* Of(grpc_call* call);
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_SERVER_CALL_H_
