// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The demo's launcher: starts everything, sends one checkout, shows its trace,
// stops everything. README.md tells the scenarios' stories.
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "examples/checkout/launcher.h"

namespace checkout {
namespace {

constexpr char kUsage[] =
    "usage: demo [--scenario=normal|slow-stripe|timeout|declined]\n"
    "            [--tracing=builtin|preload|none] [--agent=LIBRARY]\n"
    "            [--serve] [--no-viewer] [--waybill=PROGRAM]\n";

struct Scenario {
  const char* name;
  const char* story;
};

constexpr Scenario kScenarios[] = {
    {"normal", "a checkout in which nothing goes wrong"},
    {"slow-stripe", "Stripe takes 2,000 ms instead of 400"},
    {"timeout", "Stripe hangs"},
    {"declined", "Stripe declines the card"},
};

struct Flags {
  Launcher::Options launcher;
  bool serve = false;
  std::string shopper;  // that program, as a person types it
};

// The folder of this program, as it was named: what is printed is to be typed.
std::filesystem::path ProgramFolder(const std::string& program) {
  if (program.find('/') == std::string::npos) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
  }
  return std::filesystem::path(program).parent_path();
}

// The one scenario of that name, or null.
const Scenario* Find(const std::string& name) {
  for (const Scenario& scenario : kScenarios) {
    if (name == scenario.name) return &scenario;
  }
  return nullptr;
}

bool ParseTracing(const std::string& value, TracingMode* mode) {
  if (value == "builtin") *mode = TracingMode::kBuiltIn;
  if (value == "preload") *mode = TracingMode::kPreload;
  if (value == "none") *mode = TracingMode::kNone;
  return value == "builtin" || value == "preload" || value == "none";
}

// Returns what is wrong with the flags; nothing where nothing is.
std::string Parse(int argc, char** argv, Flags* flags) {
  Launcher::Options& launcher = flags->launcher;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string value =
        equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (argument == "--serve") {
      flags->serve = true;
    } else if (argument == "--no-viewer") {
      launcher.viewer = false;
    } else if (name == "--scenario" && Find(value) != nullptr) {
      launcher.scenario = value;
    } else if (name == "--tracing" && ParseTracing(value, &launcher.tracing)) {
      continue;
    } else if (name == "--agent" && !value.empty()) {
      launcher.agent_path = std::filesystem::absolute(value);
    } else if (name == "--waybill" && !value.empty()) {
      launcher.waybill_path = std::filesystem::absolute(value);
    } else {
      return argument + " is none of its flags";
    }
  }
  // Nothing to see: neither is there anything to start a viewer for.
  if (launcher.tracing == TracingMode::kNone) launcher.viewer = false;
  if (launcher.tracing == TracingMode::kPreload &&
      launcher.agent_path.empty()) {
    return "--tracing=preload needs --agent=LIBRARY";
  }
  return "";
}

// With --tracing=preload nothing makes a span of an HTTP request: there the
// trace begins with a gRPC call.
void PrintWhatToType(const Launcher& launcher, const Flags& flags) {
  const char* const shop = launcher.shop_address().c_str();
  const TracingMode tracing = flags.launcher.tracing;
  std::printf(
      "The shop is open. Buy a mug, or a unicorn, of which there are none:\n"
      "  curl -i -d '{\"customer\":\"ada\",\"item\":\"mug\"}' "
      "http://%s/checkout\n",
      shop);
  if (tracing == TracingMode::kBuiltIn) {
    std::printf(
        "Go on with a trace of your own:\n"
        "  curl -i \\\n"
        "    -H 'traceparent: "
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' \\\n"
        "    -d '{\"customer\":\"ada\",\"item\":\"mug\"}' "
        "http://%s/checkout\n",
        shop);
  }
  if (tracing == TracingMode::kPreload) {
    std::printf("Buy it by gRPC, and it is all one trace:\n  %s --grpc=%s\n",
                flags.shopper.c_str(), launcher.shop_grpc_address().c_str());
  }
  if (flags.launcher.viewer) {
    const char* const viewer = launcher.viewer_url().c_str();
    std::printf(
        "See the traces in a browser:\n"
        "  %s\n"
        "or the latest here:\n"
        "  %s show --from=%s\n",
        viewer, flags.launcher.waybill_path.c_str(), viewer);
  }
  std::printf("Ctrl-C closes the shop.\n");
  std::fflush(stdout);
}

absl::Status Run(Launcher& launcher, const Flags& flags) {
  std::printf("Scenario %s: %s.\n", flags.launcher.scenario.c_str(),
              Find(flags.launcher.scenario)->story);
  std::printf("Starting PostgreSQL, Redis%s and 8 services ...\n",
              flags.launcher.viewer ? ", the viewer" : "");
  std::fflush(stdout);
  absl::Status status = launcher.Start();
  if (!status.ok()) return status;
  if (flags.serve) {
    PrintWhatToType(launcher, flags);
    status = launcher.Serve();
    return status.ok() ? launcher.StopServices() : status;
  }
  status = launcher.Shop();
  if (!status.ok()) return status;
  status = launcher.StopServices();
  if (!status.ok() || !flags.launcher.viewer) return status;
  return launcher.ShowTrace();
}

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  checkout::Flags flags;
  const std::filesystem::path programs = checkout::ProgramFolder(argv[0]);
  flags.shopper = programs / "shopper";
  flags.launcher.waybill_path =
      (programs / "../../cli/waybill").lexically_normal();
  const std::string problem = checkout::Parse(argc, argv, &flags);
  if (!problem.empty()) {
    std::fprintf(stderr, "demo: %s\n%s", problem.c_str(), checkout::kUsage);
    return 2;
  }
  checkout::CatchInterrupts();
  checkout::Launcher launcher(flags.launcher);
  const absl::Status status = checkout::Run(launcher, flags);
  if (checkout::Interrupted() != 0) {
    // Which is how a person closes the shop.
    return flags.serve ? 0 : 128 + checkout::Interrupted();
  }
  if (!status.ok()) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
    return 1;
  }
  return 0;
}
