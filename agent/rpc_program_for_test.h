// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A program that knows nothing of Waybill, for agent_test.py, which traces it
// preloaded, linked in, and as a plugin that is loaded late.
//
//   rpc_program self              serves, calls itself once, returns from main
//   rpc_program self-_exit        the same, but ends by _exit()
//   rpc_program self-factory      ... with an interceptor factory of its own
//   rpc_program serve             prints port and pid, waits for a signal
//   rpc_program serve-handled     SIGTERM is its own: it exits with 7
//   rpc_program serve-asleep      in main(), which ends when it is woken
//   rpc_program serve-daemon      a forked child, which closes all, serves
//   rpc_program call PORT         calls what serves there
//   rpc_program self-fork         ... and a child of it returns from main, too
//   rpc_program self-vfork        ... and one ends by SIGTERM after vfork()
//   rpc_program fork-exec         serves; a child of its own calls it
//
// Nothing but "ok" or "failed", or these numbers, goes to standard output.
#ifndef WAYBILL_AGENT_RPC_PROGRAM_FOR_TEST_H_
#define WAYBILL_AGENT_RPC_PROGRAM_FOR_TEST_H_

// Returns the exit status.
extern "C" int RpcProgram(int argc, char** argv);

#endif  // WAYBILL_AGENT_RPC_PROGRAM_FOR_TEST_H_
