// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Where the agent's preload library is: beside this program, in the two trees
// that there are.
//
//   PREFIX/bin/waybill      PREFIX/lib/libwaybill_agent.so     installed
//   bazel-bin/cli/waybill   bazel-bin/agent/libwaybill_agent.so     built
//
// All that this folder knows of the agent are the names of its two files.
// Thread-safe.
#ifndef WAYBILL_CLI_AGENT_FILE_H_
#define WAYBILL_CLI_AGENT_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace waybill {

// An absolute path. NotFound, with where it was looked for, if one of the two
// files is missing; FailedPrecondition if the path has a character in it that
// LD_PRELOAD takes for the end of a name.
absl::StatusOr<std::string> FindAgentFile();

// The library that the agent loads into programs with gRPC, which is beside
// it.
std::string PayloadBeside(const std::string& agent_file);

}  // namespace waybill

#endif  // WAYBILL_CLI_AGENT_FILE_H_
