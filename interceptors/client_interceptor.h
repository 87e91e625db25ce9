// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Makes a CLIENT span of every call on a channel, and sends its context along.
//
//   std::vector<std::unique_ptr<
//       grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
//   interceptors.push_back(waybill::MakeClientInterceptorFactory(
//       &instrumentation, "localhost:50051"));
//   auto channel = grpc::experimental::CreateCustomChannelWithInterceptors(
//       "localhost:50051", credentials, {}, std::move(interceptors));
//
// The span's parent is, in this order:
//  1. the context in a traceparent that the application added to the
//     ClientContext's metadata,
//  2. the span of the server call that the ClientContext was made from
//     (FromServerContext, FromCallbackServerContext),
//  3. the span that was current where the call was made.
// None of them: the span is the root of a new trace.
//
// It lasts from the start of the call until its status is there. A call that
// is given up before that ends with an error of its own.
//
// Put it last among a channel's interceptors, so that it sees what is sent.
// Thread-safe.
#ifndef WAYBILL_INTERCEPTORS_CLIENT_INTERCEPTOR_H_
#define WAYBILL_INTERCEPTORS_CLIENT_INTERCEPTOR_H_

#include <grpcpp/support/client_interceptor.h>

#include <memory>
#include <string>

#include "waybill/interceptors/rpc_instrumentation.h"

namespace waybill {

// target is the channel's, for server.address; it may be empty.
// instrumentation is never destroyed.
std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>
MakeClientInterceptorFactory(RpcInstrumentation* instrumentation,
                             const std::string& target);

// For RegisterGlobalClientInterceptorFactory() alone. gRPC takes what that one
// makes without a look, so where the other answers null ("not this call"), this
// one makes an interceptor that does nothing. A call on a channel that is
// traced by itself is not traced twice.
std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>
MakeGlobalClientInterceptorFactory(RpcInstrumentation* instrumentation);

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_CLIENT_INTERCEPTOR_H_
