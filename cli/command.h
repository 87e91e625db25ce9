// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A subcommand of `waybill`. To add one: write cli/<name>.cc with a function
// that returns its Command, declare it here, and put it into the table in
// main.cc.
//
// Exit codes, the same for all: kSuccess; kFailure where what was asked for is
// not there or cannot be reached; kUsage where it was not asked for in a way
// that can be understood. Results go to standard output, everything else to
// standard error. `waybill run` alone ends as the command that it runs.
#ifndef WAYBILL_CLI_COMMAND_H_
#define WAYBILL_CLI_COMMAND_H_

#include <string>
#include <vector>

namespace waybill {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

struct Command {
  const char* name;
  const char* summary;  // One line, for `waybill help`.
  // What `waybill help <name>` prints.
  std::string (*help)();
  // With the arguments after the name. Returns the exit code.
  int (*run)(const std::vector<std::string>& arguments);
};

Command DoctorCommand();
Command RunCommand();
Command ViewCommand();
Command ShowCommand();

}  // namespace waybill

#endif  // WAYBILL_CLI_COMMAND_H_
