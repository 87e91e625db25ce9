// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// `waybill show`: prints traces.

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "waybill/cli/command.h"
#include "waybill/cli/flags.h"
#include "waybill/cli/trace_source.h"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/render_json.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/terminal.h"
#include "waybill/viewer/trace_report.h"
#include "waybill/viewer/viewer.h"

namespace waybill {
namespace {

constexpr size_t kMaxWarnings = 5;

struct ShowOptions {
  std::string trace = "last";
  std::string format = "all";
  std::string from = absl::StrCat("http://", kDefaultHttpAddress);
  std::string color = "auto";
  bool both = false;
};

Flags MakeFlags(ShowOptions* options) {
  Flags flags;
  flags.AddText("trace", "ID|last|all",
                "which: an id or the beginning of one; default last",
                &options->trace);
  flags.AddChoice("format", {"all", "tree", "waterfall", "json", "otlp"},
                  "all: tree, waterfall and verdict; json: the same for "
                  "programs;\n                        otlp: the spans as OTLP "
                  "JSON, which --from=FILE reads",
                  &options->format);
  flags.AddSwitch("both",
                  "the client's and the server's half of a call as two "
                  "lines",
                  &options->both);
  flags.AddText("from", "URL|FILE|-",
                absl::StrCat("a viewer, or a file of OTLP JSON lines; default ",
                             options->from),
                &options->from);
  flags.AddChoice("color", {"auto", "always", "never"},
                  "auto: in a terminal, unless NO_COLOR is set",
                  &options->color);
  return flags;
}

std::string Help() {
  ShowOptions options;
  return absl::StrCat(
      "waybill show [FLAGS]: prints a trace, from a running viewer or from a "
      "file.\n\n",
      MakeFlags(&options).Help());
}

absl::Status Check(const ShowOptions& options) {
  const std::string& trace = options.trace;
  const bool is_id = !trace.empty() && trace.size() <= 64 &&
                     std::all_of(trace.begin(), trace.end(), [](char c) {
                       return absl::ascii_isxdigit(c);
                     });
  if (trace != "last" && trace != "all" && !is_id) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--trace: expected hexadecimal digits of an id, last or all; found ",
        trace));
  }
  if (options.from.empty() || (absl::StrContains(options.from, "://") &&
                               !absl::StartsWith(options.from, "http://"))) {
    return absl::InvalidArgumentError(
        absl::StrCat("--from: expected an http:// URL, the name of a file, or "
                     "- for standard input; found ",
                     options.from));
  }
  return absl::OkStatus();
}

ColorMode ColorModeOf(const std::string& word) {
  if (word == "always") return ColorMode::kAlways;
  return word == "never" ? ColorMode::kNever : ColorMode::kAuto;
}

void Print(const LoadedTrace& trace, const ShowOptions& options,
           const RenderOptions& render) {
  if (options.format == "otlp") {
    std::cout << WriteOtlpJson(trace.data) << "\n";
    return;
  }
  const TraceReport report = MakeReport(trace.data, trace.trace_id);
  if (options.format == "json") {
    std::cout << RenderJson(report, options.both) << "\n";
  } else if (options.format == "tree") {
    std::cout << RenderTree(report, render);
  } else if (options.format == "waterfall") {
    std::cout << RenderWaterfall(report, render);
  } else {
    std::cout << RenderText(report, render);
  }
}

void PrintWarnings(const std::vector<std::string>& warnings) {
  for (size_t i = 0; i < std::min(warnings.size(), kMaxWarnings); ++i) {
    std::cerr << "waybill show: skipped " << warnings[i] << "\n";
  }
  if (warnings.size() > kMaxWarnings) {
    std::cerr << "waybill show: and " << warnings.size() - kMaxWarnings
              << " lines more\n";
  }
}

int Run(const std::vector<std::string>& arguments) {
  ShowOptions options;
  const auto words = MakeFlags(&options).Parse(arguments);
  absl::Status status = words.status();
  if (status.ok()) status = Check(options);
  if (status.ok() && !words->empty()) {
    status = absl::InvalidArgumentError("what is " + words->front() + "?");
  }
  if (!status.ok()) {
    std::cerr << "waybill show: " << status.message() << "\n\n" << Help();
    return kUsage;
  }
  options.trace = absl::AsciiStrToLower(options.trace);

  const LoadedTraces loaded = LoadTraces(options.from, options.trace);
  PrintWarnings(loaded.warnings);
  if (!loaded.status.ok()) {
    std::cerr << "waybill show: " << loaded.status.message() << "\n";
    return kFailure;
  }
  RenderOptions render = RenderOptionsFor(LookAtTerminal(STDOUT_FILENO),
                                          ColorModeOf(options.color));
  render.both = options.both;
  const bool for_people = options.format != "json" && options.format != "otlp";
  bool first = true;
  for (const LoadedTrace& trace : loaded.traces) {
    if (!first && for_people) std::cout << "\n";
    first = false;
    Print(trace, options, render);
  }
  return kSuccess;
}

}  // namespace

Command ShowCommand() {
  return {"show", "print a trace, from a running viewer or a file", Help, Run};
}

}  // namespace waybill
