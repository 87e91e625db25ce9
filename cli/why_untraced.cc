// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/why_untraced.h"

#include "absl/strings/str_cat.h"
#include "waybill/cli/elf_file.h"
#include "waybill/cli/grpc_symbols.h"
#include "waybill/cli/program_file.h"

namespace waybill {

std::string WhyUntraced(const std::string& path) {
  const Privileges privileges = PrivilegesOf(path);
  if (privileges.gained) {
    return absl::StrCat(privileges.what,
                        ", so the loader ignores LD_PRELOAD there and in what "
                        "it starts");
  }
  const auto elf = ReadElf(path, {kGrpcInit, kStartAgent});
  if (!elf.ok() || elf->defined.count(kGrpcInit) == 0 ||
      elf->defined.count(kStartAgent) != 0) {
    return "";
  }
  const bool agent_says_so =
      !elf->interpreter.empty() && elf->exported.count(kGrpcInit) != 0;
  if (agent_says_so) return "";
  return absl::StrCat("gRPC is linked into it statically; ", kLinkIn);
}

}  // namespace waybill
