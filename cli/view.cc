// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// `waybill view`: the viewer, until it is told to stop.

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "waybill/cli/command.h"
#include "waybill/cli/flags.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/terminal.h"
#include "waybill/viewer/trace_report.h"
#include "waybill/viewer/viewer.h"

namespace waybill {
namespace {

constexpr long kPollNanos = 100 * 1000 * 1000;

Flags MakeFlags(ViewerOptions* options) {
  Flags flags;
  flags.AddText("otlp", "HOST:PORT",
                absl::StrCat("where to receive spans by OTLP/gRPC; default ",
                             kDefaultOtlpAddress),
                &options->otlp_address);
  flags.AddText(
      "http", "HOST:PORT",
      absl::StrCat("where to serve the page; default ", kDefaultHttpAddress),
      &options->http_address);
  flags.AddCount("max-traces",
                 "how many traces to keep, the latest; default 1000",
                 &options->store.max_traces);
  return flags;
}

std::string Help() {
  ViewerOptions options;
  return absl::StrCat(
      "waybill view [FLAGS]: receives spans, keeps the latest traces in memory "
      "and shows\nthem on a page. Prints a line for each finished trace. Stops "
      "at Ctrl-C.\n\n",
      MakeFlags(&options).Help());
}

// Waits for a signal of set for one poll. Zero if none came.
int NextSignal(const sigset_t& set) {
  const timespec poll = {0, kPollNanos};
  const int signal = sigtimedwait(&set, nullptr, &poll);
  return signal > 0 ? signal : 0;
}

void PrintFinished(TraceStore& store, const TextStyle& style) {
  for (const TraceSummary& summary : store.TakeSettled(SettleOptions())) {
    const absl::optional<StoredTrace> trace = store.Get(summary.trace_id);
    if (!trace.has_value()) continue;  // Evicted meanwhile.
    const TraceReport report = MakeReport(trace->data, summary.trace_id);
    std::cout << summary.trace_id << "  " << style.Clean(summary.root_name)
              << "  " << style.Duration(summary.end - summary.start) << "  "
              << summary.status << "  " << style.Clean(report.verdict.text)
              << std::endl;
  }
}

void PrintLosses(const StoreCounters& counters) {
  const uint64_t refused = counters.no_trace_id + counters.over_limits;
  if (refused > 0) {
    std::cerr << FormatPlural(static_cast<int64_t>(refused), "span")
              << " could not be kept: " << counters.over_limits
              << " were more than a trace may have, " << counters.no_trace_id
              << " had no usable trace id\n";
  }
  if (counters.evicted_traces > 0) {
    std::cerr << FormatPlural(static_cast<int64_t>(counters.evicted_traces),
                              "old trace")
              << " made room for newer ones: --max-traces keeps more\n";
  }
}

int Run(const std::vector<std::string>& arguments) {
  ViewerOptions options;
  const auto words = MakeFlags(&options).Parse(arguments);
  if (!words.ok() || !words->empty()) {
    std::cerr << "waybill view: "
              << (words.ok() ? "what is " + words->front() + "?"
                             : std::string(words.status().message()))
              << "\n\n"
              << Help();
    return kUsage;
  }

  // What goes wrong is said once, in our words; gRPC would say it in its own.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  // Before there are threads, which inherit it: the signals come to this one.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGINT);
  sigaddset(&stop_signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  auto viewer = Viewer::Start(std::move(options));
  if (!viewer.ok()) {
    std::cerr << "waybill view: " << viewer.status().message() << "\n";
    return viewer.status().code() == absl::StatusCode::kInvalidArgument
               ? kUsage
               : kFailure;
  }
  std::cout << "spans: OTLP/gRPC to " << (*viewer)->otlp_address()
            << "\npage:  " << (*viewer)->url() << std::endl;
  const TextStyle style(
      RenderOptionsFor(LookAtTerminal(STDOUT_FILENO), ColorMode::kAuto));
  do {
    PrintFinished((*viewer)->store(), style);
  } while (NextSignal(stop_signals) == 0);
  PrintLosses((*viewer)->store().Counters());
  return kSuccess;
}

}  // namespace

Command ViewCommand() {
  return {"view", "receive spans and show traces on a page, until Ctrl-C", Help,
          Run};
}

}  // namespace waybill
