// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// `waybill run`: sets the agent's environment variables and becomes the
// command.

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "waybill/cli/agent_file.h"
#include "waybill/cli/command.h"
#include "waybill/cli/flags.h"
#include "waybill/cli/program_file.h"
#include "waybill/cli/shell.h"
#include "waybill/cli/why_untraced.h"

namespace waybill {
namespace {

// What env(1) and the shells return.
constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;

struct RunOptions {
  std::string service;
  std::string exporter;
  std::string endpoint;
  std::string out;
  std::string sampler;
  bool dry_run = false;
};

// What becomes of the environment: an empty value takes a variable away, as
// OpenTelemetry has both mean the same.
using Variables = std::vector<std::pair<std::string, std::string>>;

Flags MakeFlags(RunOptions* options) {
  Flags flags;
  flags.AddText("service", "NAME", "what the program is called in traces",
                &options->service);
  flags.AddChoice("exporter", {"otlp", "console", "none"},
                  "where spans go; default otlp. console: a tree for each\n"
                  "                        trace on standard error",
                  &options->exporter);
  flags.AddText("endpoint", "URL",
                "for otlp; default http://127.0.0.1:4317, where `waybill "
                "view`\n                        listens",
                &options->endpoint);
  flags.AddText("out", "FILE",
                "append spans to a file, which `waybill show --from=FILE` "
                "reads",
                &options->out);
  flags.AddText("sampler", "NAME[:ARG]",
                "which traces are kept: parentbased_traceidratio:0.1",
                &options->sampler);
  flags.AddSwitch("dry-run", "print what would be run, and run nothing",
                  &options->dry_run);
  flags.StopAtFirstWord();
  return flags;
}

std::string Help() {
  RunOptions options;
  return absl::StrCat(
      "waybill run [FLAGS] -- COMMAND...: runs a command whose gRPC calls, and "
      "those\nof the processes that it starts, are traced. Nothing is "
      "recompiled.\n\n",
      MakeFlags(&options).Help(),
      "\nOTEL_ and WAYBILL_ variables say the rest; a flag wins over its "
      "variable.\nThe exit status is the command's; 127 if it is not found, "
      "126 if it cannot be\nrun. `waybill doctor -- COMMAND` tells whether a "
      "program can be traced.\n");
}

absl::Status Check(const RunOptions& options) {
  if (!options.out.empty() && !options.exporter.empty()) {
    return absl::InvalidArgumentError(
        "--out and --exporter both say where spans go; give one of them");
  }
  if (!options.endpoint.empty() &&
      (!options.out.empty() ||
       (!options.exporter.empty() && options.exporter != "otlp"))) {
    return absl::InvalidArgumentError(
        "--endpoint is for --exporter=otlp alone");
  }
  return absl::OkStatus();
}

// The agent, and then what is preloaded already, but for another agent: two of
// them do not trace twice as much. The loader reads names up to a space or a
// colon.
std::string PreloadWith(const std::string& agent) {
  std::vector<std::string> files = {agent};
  const char* preloaded = getenv("LD_PRELOAD");
  for (const absl::string_view file :
       absl::StrSplit(preloaded == nullptr ? "" : preloaded,
                      absl::ByAnyChar(": "), absl::SkipEmpty())) {
    if (std::filesystem::path(std::string(file)).filename() !=
        std::filesystem::path(agent).filename()) {
      files.emplace_back(file);
    }
  }
  return absl::StrJoin(files, ":");
}

Variables MakeVariables(const RunOptions& options, const std::string& agent) {
  Variables variables;
  variables.emplace_back("LD_PRELOAD", PreloadWith(agent));
  if (!options.service.empty()) {
    variables.emplace_back("OTEL_SERVICE_NAME", options.service);
  }
  if (!options.endpoint.empty()) {
    variables.emplace_back("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                           options.endpoint);
    variables.emplace_back("OTEL_TRACES_EXPORTER", "otlp");
  } else if (!options.exporter.empty()) {
    variables.emplace_back("OTEL_TRACES_EXPORTER", options.exporter);
  }
  if (!options.out.empty()) {
    // A process that changes its folder writes to the same file. Where there
    // is no folder to be in, it is as the user said.
    std::error_code error;
    const auto file = std::filesystem::absolute(options.out, error);
    variables.emplace_back("WAYBILL_OUT", error ? options.out : file.string());
    variables.emplace_back("OTEL_TRACES_EXPORTER", "");
  }
  if (!options.sampler.empty()) {
    const size_t colon = options.sampler.find(':');
    variables.emplace_back("OTEL_TRACES_SAMPLER",
                           options.sampler.substr(0, colon));
    variables.emplace_back(
        "OTEL_TRACES_SAMPLER_ARG",
        colon == std::string::npos ? "" : options.sampler.substr(colon + 1));
  }
  return variables;
}

// As a command that can be pasted into a shell.
void Print(const Variables& variables, const std::vector<std::string>& words) {
  std::cout << "env";
  for (const auto& [name, value] : variables) {
    if (value.empty()) std::cout << " -u " << name;
  }
  for (const auto& [name, value] : variables) {
    if (!value.empty()) {
      std::cout << " \\\n  " << name << "=" << ShellQuote(value);
    }
  }
  std::cout << " \\\n ";
  for (const std::string& word : words) std::cout << " " << ShellQuote(word);
  std::cout << "\n";
}

void SayIfUntraced(const std::string& program) {
  const char* log = getenv("WAYBILL_LOG");
  if (log != nullptr && absl::string_view(log) == "off") return;
  const std::string path = FindProgram(program);
  const std::string why = path.empty() ? "" : WhyUntraced(path);
  if (why.empty()) return;
  std::cerr << "waybill: not tracing: " << path << ": " << why << "\n";
}

// Returns only where it fails.
int Become(const Variables& variables, std::vector<std::string> words) {
  for (const auto& [name, value] : variables) {
    if (value.empty()) {
      unsetenv(name.c_str());
    } else {
      setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
    }
  }
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  const int error = errno;
  std::cerr << "waybill run: " << words[0] << ": " << std::strerror(error)
            << "\n";
  return error == ENOENT ? kNotFound : kNotExecutable;
}

int Run(const std::vector<std::string>& arguments) {
  RunOptions options;
  const auto words = MakeFlags(&options).Parse(arguments);
  absl::Status status = words.status();
  if (status.ok()) status = Check(options);
  if (status.ok() && words->empty()) {
    status = absl::InvalidArgumentError(
        "no command to run: waybill run -- COMMAND...");
  }
  if (!status.ok()) {
    std::cerr << "waybill run: " << status.message() << "\n\n" << Help();
    return kUsage;
  }
  const absl::StatusOr<std::string> agent = FindAgentFile();
  if (!agent.ok()) {
    std::cerr << "waybill run: " << agent.status().message() << "\n";
    return kFailure;
  }
  const Variables variables = MakeVariables(options, *agent);
  if (options.dry_run) {
    Print(variables, *words);
    return kSuccess;
  }
  SayIfUntraced(words->front());
  return Become(variables, *words);
}

}  // namespace

Command RunCommand() {
  return {"run", "run a command, traced, without recompiling it", Help, Run};
}

}  // namespace waybill
