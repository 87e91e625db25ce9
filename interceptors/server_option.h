// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Traces a server, with one line:
//
//   grpc::ServerBuilder builder;
//   builder.SetOption(waybill::MakeServerOption(&instrumentation));
//   builder.RegisterService(&service);      // may come before or after it
//
// Every call becomes a SERVER span, which is current in the handler: from when
// gRPC calls it until it returns, in the synchronous and the callback API. In
// the completion-queue API nothing of gRPC surrounds the application's work;
// see ServerSpan().
//
// Interceptors that the application has set stay, and come first. A service's
// message allocators have to be set before the server is built.
#ifndef WAYBILL_INTERCEPTORS_SERVER_OPTION_H_
#define WAYBILL_INTERCEPTORS_SERVER_OPTION_H_

#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>

#include <memory>

#include "waybill/interceptors/rpc_instrumentation.h"

namespace waybill {

// instrumentation is never destroyed.
std::unique_ptr<grpc::ServerBuilderOption> MakeServerOption(
    RpcInstrumentation* instrumentation);

// What the option adds to a builder. A builder that has both, one by its
// option and one by a hook for all servers, is traced once.
std::unique_ptr<grpc::ServerBuilderPlugin> MakeServerPlugin(
    RpcInstrumentation* instrumentation);

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_SERVER_OPTION_H_
