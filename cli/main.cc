// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The `waybill` command: finds the subcommand and runs it.

#include <iostream>
#include <string>
#include <vector>

#include "waybill/cli/command.h"
#include "waybill/cli/version.h"

namespace waybill {
namespace {

std::vector<Command> Commands() {
  return {RunCommand(), DoctorCommand(), ViewCommand(), ShowCommand()};
}

void PrintHelp(std::ostream& out) {
  out << "waybill: distributed tracing for gRPC C++\n\n"
         "  waybill COMMAND [FLAGS]\n\n";
  for (const Command& command : Commands()) {
    std::string name = command.name;
    name.resize(8, ' ');
    out << "  " << name << command.summary << "\n";
  }
  out << "  help    what there is, and with a command's name, its flags\n\n"
         "waybill --version prints the version.\n"
         "Exit codes: 0 done, 1 not found or not reachable, 2 not "
         "understood.\n";
}

const Command* Find(const std::vector<Command>& commands,
                    const std::string& name) {
  for (const Command& command : commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

int Help(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    PrintHelp(std::cout);
    return kSuccess;
  }
  const std::vector<Command> commands = Commands();
  const Command* command = Find(commands, arguments[0]);
  if (command == nullptr) {
    std::cerr << "waybill: there is no command " << arguments[0] << "\n\n";
    PrintHelp(std::cerr);
    return kUsage;
  }
  std::cout << command->help();
  return kSuccess;
}

int Run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    PrintHelp(std::cerr);
    return kUsage;
  }
  const std::string& name = arguments[0];
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (name == "--version") {
    std::cout << "waybill " << kCommandVersion << "\n";
    return kSuccess;
  }
  if (name == "help" || name == "--help" || name == "-h") return Help(rest);
  const std::vector<Command> commands = Commands();
  const Command* command = Find(commands, name);
  if (command == nullptr) return Help({name});
  if (!rest.empty() && (rest[0] == "--help" || rest[0] == "-h")) {
    return Help({name});
  }
  return command->run(rest);
}

}  // namespace
}  // namespace waybill

int main(int argc, char** argv) {
  return waybill::Run(std::vector<std::string>(argv + 1, argv + argc));
}
