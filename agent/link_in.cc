// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The agent inside of a program: starts before main().
//
// gRPC has room for one global client interceptor factory and aborts at the
// second. The agent's comes first, so a program that registers its own would
// end. The linker therefore sends each call of that function here (--wrap, in
// this target's linkopts), and what is the program's takes the place of ours.
// Where the preload library has the agent in this process already, its own
// function does that, and nothing is started here.
#include <grpcpp/support/client_interceptor.h>
#include <link.h>

#include <cstring>

#include "waybill/agent/agent.h"

// As the linker names what it redirects, and what it redirects from:
// grpc::experimental::RegisterGlobalClientInterceptorFactory().
#define WAYBILL_REGISTER                                                   \
  "_ZN4grpc12experimental38RegisterGlobalClientInterceptorFactoryEPNS0_33" \
  "ClientInterceptorFactoryInterfaceE"

namespace {

using Factory = grpc::experimental::ClientInterceptorFactoryInterface;

bool starting = false;
Factory* ours = nullptr;  // what gRPC has from the agent

int IsPayload(dl_phdr_info* info, size_t, void*) {
  return std::strstr(info->dlpi_name, "/libwaybill_agent_payload.so") != nullptr
             ? 1
             : 0;
}

__attribute__((constructor)) void Start() {
  if (dl_iterate_phdr(IsPayload, nullptr) != 0) return;
  starting = true;
  waybill::StartAgent();
  starting = false;
}

}  // namespace

extern "C" {
void WaybillRealRegister(Factory*) __asm__("__real_" WAYBILL_REGISTER);
void WaybillRegister(Factory*) __asm__("__wrap_" WAYBILL_REGISTER);

void WaybillRegister(Factory* factory) {
  if (starting) ours = factory;
  if (starting || ours == nullptr) {
    WaybillRealRegister(factory);
    return;
  }
  // Never null in between: a call that is being made reads it twice.
  ours = nullptr;
  grpc::internal::g_global_client_interceptor_factory = factory;
  waybill::HookAllRpcs();
}
}
