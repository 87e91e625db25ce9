// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Words as a POSIX shell reads them.
//
//   ShellQuote("a b")   // 'a b'
//   ShellQuote("it's")  // 'it'\''s'
//   ShellQuote("a=b")   // a=b
#ifndef WAYBILL_CLI_SHELL_H_
#define WAYBILL_CLI_SHELL_H_

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace waybill {

inline std::string ShellQuote(const std::string& word) {
  bool plain = !word.empty();
  for (char c : word) {
    plain &= absl::ascii_isalnum(c) ||
             std::string("@%_+=:,./-").find(c) != std::string::npos;
  }
  if (plain) return word;
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

}  // namespace waybill

#endif  // WAYBILL_CLI_SHELL_H_
