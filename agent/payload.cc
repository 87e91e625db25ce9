// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// libwaybill_agent_payload.so: starts the agent when preload.cc loads it.
#include "waybill/agent/agent.h"
#include "waybill/tracing/tracing.h"

namespace {

__attribute__((constructor)) void Start() { waybill::StartAgent(); }

}  // namespace

// For preload.cc, once: the program traces itself.
extern "C" void waybill_payload_step_aside();

extern "C" void waybill_payload_step_aside() {
  waybill::Tracing::LeaveAllRpcs();
}
