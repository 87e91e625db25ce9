// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/agent_file.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

constexpr char kAgent[] = "libwaybill_agent.so";
constexpr char kPayload[] = "libwaybill_agent_payload.so";

}  // namespace

std::string PayloadBeside(const std::string& agent_file) {
  return std::filesystem::path(agent_file).replace_filename(kPayload);
}

absl::StatusOr<std::string> FindAgentFile() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    return absl::NotFoundError(
        absl::StrCat("cannot tell where this program is: /proc/self/exe: ",
                     error.message()));
  }
  const fs::path parent = program.parent_path().parent_path();
  for (const char* folder : {"lib", "agent"}) {
    const std::string found = parent / folder / kAgent;
    if (access(found.c_str(), R_OK) != 0 ||
        access(PayloadBeside(found).c_str(), R_OK) != 0) {
      continue;
    }
    if (found.find_first_of(": ") != std::string::npos) {
      return absl::FailedPreconditionError(absl::StrCat(
          found,
          " cannot be preloaded: LD_PRELOAD has no way to name a file "
          "with a space or a colon in its path. Install Waybill where "
          "there is none"));
    }
    return found;
  }
  return absl::NotFoundError(absl::StrCat(
      kAgent, " and ", kPayload, " are neither in ", (parent / "lib").string(),
      " nor in ", (parent / "agent").string()));
}

}  // namespace waybill
