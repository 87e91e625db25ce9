// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// All that Waybill takes from inside gRPC's C++ layer, in one place: a few
// private members for which there is no public way, and without which no span
// could be current in a handler.
//
// They are named in explicit template instantiations, where the language
// allows private names ([temp.spec]/6) and the compiler checks that they exist
// with these types: a gRPC that has changed them fails to compile here, and
// nowhere else. The same code compiles with gRPC 1.51 to 1.83. With
// WAYBILL_PUBLIC_GRPC_ONLY defined it does without, and then
//  - no span is current in handlers: use ServerSpan(),
//  - calls made with ClientContext::FromServerContext have no parent by that,
//  - a call on a traced channel has two spans if every call of the process is
//    traced besides,
//  - a cancelled call's span may have the status that its handler gave,
//  - gRPC makes a map of all metadata of each call that a server receives,
//  - MakeServerOption() traces nothing. A server's application gives a
//    ServerInterceptorFactory (server_interceptor.h) to SetInterceptorCreators.
//
// Internal to this folder.
#ifndef WAYBILL_INTERCEPTORS_GRPC_INTERNALS_H_
#define WAYBILL_INTERCEPTORS_GRPC_INTERNALS_H_

#include <grpc/grpc.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <functional>
#include <memory>
#include <vector>

namespace waybill {

// The server call that context was made from; null where there is none.
grpc_call* PropagatedCall(const grpc::ClientContext& context);

// The interceptors that the call has by now, while more are being made for it;
// null where that cannot be known.
const std::vector<std::unique_ptr<grpc::experimental::Interceptor>>*
Interceptors(const grpc::experimental::ClientRpcInfo& call);

// The metadata that came with a call that a server received, without the map
// that gRPC makes of it when it is first asked; null where it cannot be
// reached.
const grpc_metadata_array* UnmappedMetadata(grpc::ServerContextBase* context);

// The interceptor factories that builder will give to its server; null where
// they cannot be reached.
std::vector<
    std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>*
InterceptorFactories(grpc::ServerBuilder* builder);

// Calls visit with each method of each service that is registered by now, as
// far as they can be known.
void ForEachMethod(
    grpc::ServerBuilder* builder,
    const std::function<void(grpc::internal::RpcServiceMethod*)>& visit);

// Puts what wrap makes of the method's handler, or gives back, in its place.
// Does nothing for a completion-queue method, which has no handler. The handler
// may be in use.
using HandlerPtr = std::unique_ptr<grpc::internal::MethodHandler>;
void WrapHandler(grpc::internal::RpcServiceMethod* method,
                 const std::function<HandlerPtr(HandlerPtr)>& wrap);

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_GRPC_INTERNALS_H_
