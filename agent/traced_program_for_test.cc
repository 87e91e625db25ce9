// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// rpc_program_for_test.h, in a program that traces itself.

#include "waybill/agent/rpc_program_for_test.h"
#include "waybill/recorder/scope.h"
#include "waybill/tracing/tracing.h"

int main(int argc, char** argv) {
  auto tracing = waybill::Tracing::Start(waybill::Options());
  if (!tracing.ok() || !(*tracing)->TraceAllRpcs().ok()) return 5;
  waybill::ScopedSpan span("main");
  return RpcProgram(argc, argv);
}
