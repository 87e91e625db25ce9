// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Makes a SERVER span of every call that a server answers, as a child of the
// span whose context the caller sent.
//
// It lasts from when the call's metadata is there until its status is sent. A
// caller that goes away meanwhile adds a "cancelled" event and makes the code
// CANCELLED, but does not end the span: the work goes on until the handler
// returns, and that is what the span shows.
//
// Users install it with a server option: see server_option.h. Only where that
// cannot be (grpc_internals.h) they do it by hand:
//
//   std::vector<std::unique_ptr<
//       grpc::experimental::ServerInterceptorFactoryInterface>> factories;
//   factories.push_back(std::make_unique<waybill::ServerInterceptorFactory>(
//       &instrumentation, /*knows_methods=*/false));
//   builder.experimental().SetInterceptorCreators(std::move(factories));
#ifndef WAYBILL_INTERCEPTORS_SERVER_INTERCEPTOR_H_
#define WAYBILL_INTERCEPTORS_SERVER_INTERCEPTOR_H_

#include <grpcpp/support/server_interceptor.h>

#include <memory>

#include "waybill/interceptors/rpc_instrumentation.h"

namespace waybill {

// Its type can be told from others', so that a server gets it only once.
// Thread-safe.
class ServerInterceptorFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  // instrumentation is never destroyed. With knows_methods, methods that are
  // not in its table by now are not the server's.
  ServerInterceptorFactory(RpcInstrumentation* instrumentation,
                           bool knows_methods)
      : instrumentation_(*instrumentation), knows_methods_(knows_methods) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override;

 private:
  RpcInstrumentation& instrumentation_;
  const bool knows_methods_;
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_SERVER_INTERCEPTOR_H_
