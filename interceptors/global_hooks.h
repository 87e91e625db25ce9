// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Hooks for every channel and every server of this process, for programs that
// cannot be changed, or not everywhere.
//
//   absl::Status hooked = waybill::InstallGlobalHooks(&instrumentation);
//
// Servers: a plugin for each ServerBuilder that is made after the call.
// Channels: gRPC's global client interceptor factory, of which it has one a
// process, to be set before the first call. Where the program has its own, ours
// steps aside and says so with AlreadyExists.
//
// A second call puts another instrumentation behind the same hooks. To be
// called by one thread at a time, before gRPC is used; so is their removal.
#ifndef WAYBILL_INTERCEPTORS_GLOBAL_HOOKS_H_
#define WAYBILL_INTERCEPTORS_GLOBAL_HOOKS_H_

#include "absl/status/status.h"
#include "waybill/interceptors/rpc_instrumentation.h"

namespace waybill {

// instrumentation is never destroyed.
absl::Status InstallGlobalHooks(RpcInstrumentation* instrumentation);

// Makes room for another's hooks: no call made after this, and no call to a
// server that is built after it, is seen.
void RemoveGlobalHooks();

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_GLOBAL_HOOKS_H_
