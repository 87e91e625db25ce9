// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/agent/agent.h"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "waybill/agent/termination.h"
#include "waybill/tracing/tracing.h"

namespace waybill {
namespace {

// Never destroyed: calls may go on while the process ends.
Tracing* agent_tracing = nullptr;
absl::Duration shutdown_timeout;

bool IsQuiet() { return Environment().Get(kWaybillLog).value_or("") == "off"; }

void Log(absl::string_view line) {
  if (IsQuiet()) return;
  const std::string text = absl::StrCat(line, "\n");
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

void AtExit() { agent_tracing->Shutdown(shutdown_timeout); }

}  // namespace

void StartAgent() {
  if (agent_tracing != nullptr) return;
  Options options;
  options.log = Log;
  absl::StatusOr<FinalOptions> final_options = Finalize(std::move(options));
  if (!final_options.ok()) {
    Log(absl::StrCat("waybill: not tracing: ",
                     final_options.status().message()));
    return;
  }
  shutdown_timeout = final_options->shutdown_timeout;
  final_options->recorder.after_pass = AfterDrainPass;
  agent_tracing = Tracing::Start(*std::move(final_options)).release();
  std::atexit(AtExit);
  FlushOnTermination(agent_tracing, shutdown_timeout);
  HookAllRpcs();
}

void HookAllRpcs() {
  if (agent_tracing == nullptr) return;
  const absl::Status hooked = agent_tracing->TraceAllRpcs();
  if (!hooked.ok()) Log(absl::StrCat("waybill: ", hooked.message()));
}

}  // namespace waybill
