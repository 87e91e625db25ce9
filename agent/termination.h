// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Exports what is left when a signal ends the process.
//
// SIGTERM and SIGINT end a program that has no handler for them, and nothing of
// it runs any more. So where the program leaves them to the system, the agent
// puts a handler in place, which wakes the drain thread. Once the spans are
// out, or the time-out has passed, or the signal comes again, the system's way
// is restored and the process ends by that very signal, as its parent expects.
// A handler that the program installs later replaces this one.
//
// The thread that the signal came to stays in the handler, as a program that
// woke from its sleep() would go on and end in a way of its own. It stays for
// half of the time-out at most: it may hold a lock that the export needs.
//
// In a forked child that has recorded nothing, the signal ends it at once; and
// so it does between vfork() and exec(). The first process of a container is
// left alone: the kernel keeps from it what would end it.
#ifndef WAYBILL_AGENT_TERMINATION_H_
#define WAYBILL_AGENT_TERMINATION_H_

#include "absl/time/time.h"
#include "waybill/tracing/tracing.h"

namespace waybill {

// Once a process. tracing is never destroyed.
void FlushOnTermination(Tracing* tracing, absl::Duration timeout);

// RecorderOptions::after_pass: ends the process, if a signal asked for it and
// this pass began after that.
void AfterDrainPass();

}  // namespace waybill

#endif  // WAYBILL_AGENT_TERMINATION_H_
