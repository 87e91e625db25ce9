// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What an executable or a library says about itself, read from its file. The
// file is never loaded or run.
//
//   absl::StatusOr<waybill::ElfFile> elf =
//       waybill::ReadElf("/usr/bin/bear", {"grpc_init"});
//   elf->needed;                       // {"libgrpc++.so.1.51", ...}
//   elf->defined.count("grpc_init");   // 0: it is in a library
//
// 64-bit files of this machine's byte order (System V ABI, "Object Files").
// The file is not trusted: what points outside of it is an error. Thread-safe.
#ifndef WAYBILL_CLI_ELF_FILE_H_
#define WAYBILL_CLI_ELF_FILE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace waybill {

struct ElfFile {
  bool for_this_machine = false;    // else nothing below is set
  std::string interpreter;          // the loader; empty if linked statically
  std::vector<std::string> needed;  // DT_NEEDED: the libraries, by name
  bool has_symbols = false;         // false after strip(1), unless dynamic
  std::set<std::string> defined;    // of the symbols that were asked for
  std::set<std::string> exported;   // ... of these, those others can see
  std::set<std::string> undefined;  // ... those that a library must have
};

// InvalidArgument for a file that is not ELF, or is damaged; the error of
// opening and reading it otherwise.
absl::StatusOr<ElfFile> ReadElf(const std::string& path,
                                const std::set<std::string>& symbols);

}  // namespace waybill

#endif  // WAYBILL_CLI_ELF_FILE_H_
