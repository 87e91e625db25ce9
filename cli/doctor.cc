// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// `waybill doctor`: says whether a program can be traced, how, and why. It
// reads the program's file and asks the loader which libraries it would load;
// the program itself is not run.

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "waybill/cli/agent_file.h"
#include "waybill/cli/command.h"
#include "waybill/cli/elf_file.h"
#include "waybill/cli/flags.h"
#include "waybill/cli/grpc_symbols.h"
#include "waybill/cli/program_file.h"
#include "waybill/cli/shell.h"

namespace waybill {
namespace {

constexpr char kGrpcCpp[] = "libgrpc++.so";
constexpr char kGrpcCppUnsecure[] = "libgrpc++_unsecure.so";

struct Diagnosis {
  enum class Way { kPreload, kLinkedIn, kLinkIn, kNothingToTrace, kNotAtAll };
  Way way;
  std::vector<std::string> why;
};

struct Library {
  std::string name;
  std::string path;  // empty: not found
};

std::string Help() {
  return "waybill doctor -- PROGRAM...: says whether a program can be traced, "
         "how, and why.\nIt reads the program's file; it does not run it.\n\n"
         "Exit codes: 0 `waybill run` traces it, 1 it does not.\n";
}

// All libraries that the loader would load, as it prints them for ldd(1):
//   libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f...)
//   libnone.so => not found
// The loader is the one that this very program has, not what a file says.
std::vector<Library> ListLibraries(const std::string& loader,
                                   const std::string& program) {
  std::vector<Library> libraries;
  const std::string command = absl::StrCat(
      "env -u LD_PRELOAD LD_TRACE_LOADED_OBJECTS=1 ", ShellQuote(loader), " ",
      ShellQuote(program), " 2>/dev/null");
  FILE* output = popen(command.c_str(), "r");
  if (output == nullptr) return libraries;
  char line[4096];
  while (std::fgets(line, sizeof(line), output) != nullptr) {
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t\n"), absl::SkipEmpty());
    if (words.size() < 3 || words[1] != "=>") continue;
    libraries.push_back({words[0], words[2] == "not" ? "" : words[2]});
  }
  pclose(output);
  return libraries;
}

// The gRPC that the payload is built for: "libgrpc++.so.1.51".
std::string AgentGrpc(const std::string& payload) {
  const auto elf = ReadElf(payload, {});
  if (elf.ok()) {
    for (const std::string& name : elf->needed) {
      if (absl::StartsWith(name, kGrpcCpp)) return name;
    }
  }
  return "";
}

// A gRPC inside of the program or of a library of its.
std::string StaticGrpcIn(const std::string& path, const ElfFile& elf,
                         const std::vector<Library>& libraries) {
  if (elf.defined.count(kGrpcInit) != 0) return path;
  for (const Library& library : libraries) {
    if (library.path.empty() || absl::StartsWith(library.name, "libgrpc")) {
      continue;
    }
    const auto read = ReadElf(library.path, {kGrpcInit});
    if (read.ok() && read->defined.count(kGrpcInit) != 0) return library.path;
  }
  return "";
}

Diagnosis DiagnoseLibraries(const std::string& path, const ElfFile& elf,
                            const std::vector<Library>& libraries,
                            const std::string& agent_grpc) {
  using Way = Diagnosis::Way;
  for (const Library& library : libraries) {
    if (library.path.empty()) {
      return {Way::kNotAtAll,
              {absl::StrCat(library.name,
                            ", which it needs, is not found: it "
                            "does not even start here")}};
    }
  }
  for (const Library& library : libraries) {
    const std::string where =
        absl::StrCat("it loads ", library.name, " (", library.path, ")");
    if (absl::StartsWith(library.name, kGrpcCppUnsecure)) {
      return {Way::kLinkIn,
              {absl::StrCat(where, ", gRPC without TLS; the agent is for ",
                            agent_grpc),
               "linked with grpc++ instead, `waybill run` traces it", kLinkIn}};
    }
    if (!absl::StartsWith(library.name, kGrpcCpp)) continue;
    if (library.name != agent_grpc) {
      return {
          Way::kLinkIn,
          {absl::StrCat(where, "; this agent is built for ", agent_grpc),
           "an agent that is built where that gRPC is installed traces it"}};
    }
    Diagnosis diagnosis = {
        Way::kPreload,
        {absl::StrCat(where, ", which this agent is built for")}};
    if (elf.undefined.count(kRegisterFactory) != 0) {
      diagnosis.why.push_back(
          "it registers a global client interceptor factory, of which gRPC "
          "allows one: calls it serves are traced, calls it makes are not");
    }
    return diagnosis;
  }
  const std::string inside = StaticGrpcIn(path, elf, libraries);
  if (!inside.empty()) {
    return {Way::kLinkIn,
            {absl::StrCat("gRPC is inside ", inside,
                          " (grpc_init), where no agent can reach it"),
             kLinkIn}};
  }
  Diagnosis diagnosis = {Way::kNothingToTrace,
                         {"neither it nor a library that it needs has gRPC"}};
  if (!elf.has_symbols) {
    diagnosis.why.push_back(
        "its symbols are stripped: a gRPC linked into it statically would not "
        "show");
  }
  diagnosis.why.push_back(
      "plugins that it loads and processes that it starts are traced if they "
      "have " +
      agent_grpc);
  return diagnosis;
}

Diagnosis Diagnose(const std::string& path, const ElfFile& elf,
                   const std::string& loader, const std::string& agent_grpc) {
  using Way = Diagnosis::Way;
  if (!elf.for_this_machine) {
    return {Way::kNotAtAll, {"it is made for another kind of machine"}};
  }
  if (elf.defined.count(kStartAgent) != 0) {
    return {Way::kLinkedIn, {"the agent is linked into it"}};
  }
  if (elf.interpreter.empty()) {
    const bool has_grpc = elf.defined.count(kGrpcInit) != 0;
    if (has_grpc) {
      return {Way::kLinkIn,
              {"it is linked statically, with gRPC: there is no loader that "
               "could preload anything",
               kLinkIn}};
    }
    return {Way::kNotAtAll,
            {"it is linked statically: there is no loader that could preload "
             "anything",
             elf.has_symbols ? "it has no gRPC"
                             : "its symbols are stripped: whether it has gRPC "
                               "does not show"}};
  }
  if (elf.interpreter != loader) {
    return {Way::kNotAtAll,
            {absl::StrCat("its loader is ", elf.interpreter,
                          "; the agent is for programs of ", loader)}};
  }
  Diagnosis diagnosis =
      DiagnoseLibraries(path, elf, ListLibraries(loader, path), agent_grpc);
  const Privileges privileges = PrivilegesOf(path);
  if (diagnosis.way != Way::kPreload || privileges.what.empty()) {
    return diagnosis;
  }
  if (!privileges.gained) {
    diagnosis.why.push_back(absl::StrCat(
        privileges.what,
        ": run by one who gains something by that, unlike you, it is not "
        "traced, as the loader ignores LD_PRELOAD then"));
    return diagnosis;
  }
  diagnosis.way = Way::kLinkIn;
  diagnosis.why.push_back(absl::StrCat(
      privileges.what, ", so the loader ignores LD_PRELOAD, as it should"));
  diagnosis.why.push_back(kLinkIn);
  return diagnosis;
}

int Print(const std::string& path, const Diagnosis& diagnosis) {
  const auto verdict = [&]() -> std::string {
    switch (diagnosis.way) {
      case Diagnosis::Way::kPreload:
        return "can be traced: waybill run -- " + ShellQuote(path);
      case Diagnosis::Way::kLinkedIn:
        return "is traced, however it is run";
      case Diagnosis::Way::kLinkIn:
        return "cannot be traced as it is";
      case Diagnosis::Way::kNothingToTrace:
        return "has nothing to trace in it";
      case Diagnosis::Way::kNotAtAll:
        break;
    }
    return "cannot be traced";
  };
  std::cout << path << ": " << verdict() << "\n";
  for (const std::string& line : diagnosis.why) {
    std::cout << "  " << line << "\n";
  }
  const bool is_traced = diagnosis.way == Diagnosis::Way::kPreload ||
                         diagnosis.way == Diagnosis::Way::kLinkedIn;
  return is_traced ? kSuccess : kFailure;
}

int Fail(absl::string_view message) {
  std::cerr << "waybill doctor: " << message << "\n";
  return kFailure;
}

int Run(const std::vector<std::string>& arguments) {
  Flags flags;
  flags.StopAtFirstWord();
  const auto words = flags.Parse(arguments);
  if (!words.ok() || words->empty()) {
    std::cerr << "waybill doctor: which program? waybill doctor -- PROGRAM\n\n"
              << Help();
    return kUsage;
  }
  const std::string path = FindProgram(words->front());
  if (path.empty()) return Fail(words->front() + ": not found");
  const auto agent = FindAgentFile();
  if (!agent.ok()) return Fail(agent.status().message());
  const std::string agent_grpc = AgentGrpc(PayloadBeside(*agent));
  const auto self = ReadElf("/proc/self/exe", {});
  if (!self.ok()) return Fail(self.status().message());

  const std::string interpreter = InterpreterOf(path);
  if (!interpreter.empty()) {
    return Print(path, {Diagnosis::Way::kNothingToTrace,
                        {absl::StrCat("it is a script, run by ", interpreter),
                         "ask about the programs that it starts: under "
                         "`waybill run` they are traced, too"}});
  }
  const auto elf = ReadElf(path, {kGrpcInit, kRegisterFactory, kStartAgent});
  if (!elf.ok()) return Fail(elf.status().message());
  return Print(path, Diagnose(path, *elf, self->interpreter, agent_grpc));
}

}  // namespace

Command DoctorCommand() {
  return {"doctor", "say whether a program can be traced, and why", Help, Run};
}

}  // namespace waybill
