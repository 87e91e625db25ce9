// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Exports what is left when a signal ends the process.
//
// SIGTERM and SIGINT end a program that has no handler for them, and nothing of
// it runs any more. So where the program leaves them to the system, the agent
// puts a handler in place: it wakes the drain thread and returns. Once the
// spans are out, or the time-out has passed, or the signal comes again, the
// system's way is restored and the process ends by that very signal, as its
// parent expects. A handler that the program installs later replaces this one.
//
// In a forked child that has recorded nothing, the signal ends it at once.
#ifndef WAYBILL_AGENT_TERMINATION_H_
#define WAYBILL_AGENT_TERMINATION_H_

#include "absl/time/time.h"
#include "waybill/tracing/tracing.h"

namespace waybill {

// Once a process. tracing is never destroyed.
void FlushOnTermination(Tracing* tracing, absl::Duration timeout);

// RecorderOptions::after_pass: ends the process, if a signal asked for it.
void AfterDrainPass();

}  // namespace waybill

#endif  // WAYBILL_AGENT_TERMINATION_H_
