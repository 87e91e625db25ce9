// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// libwaybill_agent_payload.so: starts the agent when preload.cc loads it.
#include "waybill/agent/agent.h"

namespace {

__attribute__((constructor)) void Start() { waybill::StartAgent(); }

}  // namespace
