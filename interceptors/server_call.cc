// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/server_call.h"

#include <grpc/census.h>
#include <grpc/grpc.h>

namespace waybill {

SpanRef ServerSpan(grpc::ServerContextBase& context) {
  const ServerCall* call = ServerCall::Of(context.c_call());
  return call == nullptr ? SpanRef() : call->span;
}

void ServerCall::AttachTo(grpc_call* call) {
  if (call == nullptr || grpc_census_call_get_context(call) != nullptr) return;
  grpc_census_call_set_context(call, reinterpret_cast<census_context*>(this));
}

ServerCall* ServerCall::Of(grpc_call* call) {
  if (call == nullptr) return nullptr;
  auto* found =
      reinterpret_cast<ServerCall*>(grpc_census_call_get_context(call));
  return found != nullptr && found->magic_ == kMagic ? found : nullptr;
}

}  // namespace waybill
