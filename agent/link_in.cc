// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Starts the agent before main(), in whatever links this file or loads the
// library that it is in.
#include "waybill/agent/agent.h"

namespace {

__attribute__((constructor)) void Start() { waybill::StartAgent(); }

}  // namespace
