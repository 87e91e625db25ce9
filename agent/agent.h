// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Tracing without a line of code: starts from the environment and hooks every
// channel and server of the process.
//
// A program gets it in one of two ways:
//  - linked in, by deps = ["@waybill//agent:link_in"]: it starts before main(),
//  - preloaded, as libwaybill_agent.so (preload.cc): it starts when gRPC is
//    found in the process, before main() or when a plugin brings it.
//
// Nothing here fails the program. What cannot be done is said in one line on
// stderr, unless WAYBILL_LOG=off, and the program runs untraced.
//
// docs/zero-code.md tells users what it does at exit, signals and fork().
#ifndef WAYBILL_AGENT_AGENT_H_
#define WAYBILL_AGENT_AGENT_H_

namespace waybill {

// Once a process; a second call does nothing. By one thread at a time, as is
// the other.
void StartAgent();

// What StartAgent() ends with, for a time when gRPC's one place for an
// interceptor of all channels has changed hands: says so, if it is not ours.
void HookAllRpcs();

}  // namespace waybill

#endif  // WAYBILL_AGENT_AGENT_H_
