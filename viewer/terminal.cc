// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace waybill {
namespace {

constexpr size_t kDefaultColumns = 100;
constexpr size_t kMaxColumns = 1000;

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

bool IsUtf8(const std::string& locale) {
  const std::string lower = absl::AsciiStrToLower(locale);
  return absl::StrContains(lower, "utf-8") || absl::StrContains(lower, "utf8");
}

}  // namespace

TerminalFacts LookAtTerminal(int descriptor) {
  TerminalFacts facts;
  facts.is_terminal = isatty(descriptor) == 1;
  winsize size = {};
  if (facts.is_terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
    facts.columns = size.ws_col;
  }
  facts.no_color = Variable("NO_COLOR");
  facts.term = Variable("TERM");
  facts.columns_variable = Variable("COLUMNS");
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (facts.locale.empty()) facts.locale = Variable(name);
  }
  return facts;
}

RenderOptions RenderOptionsFor(const TerminalFacts& facts, ColorMode mode) {
  RenderOptions options;
  const bool wanted = facts.is_terminal && facts.no_color.empty() &&
                      !facts.term.empty() && facts.term != "dumb";
  options.color =
      mode == ColorMode::kAlways || (mode == ColorMode::kAuto && wanted);
  options.ascii = !IsUtf8(facts.locale);
  size_t columns = facts.columns;
  if (columns == 0) {
    columns = kDefaultColumns;
    size_t stated = 0;
    if (absl::SimpleAtoi(facts.columns_variable, &stated) && stated > 0) {
      columns = stated;
    }
  }
  options.width = std::min(columns, kMaxColumns);
  return options;
}

}  // namespace waybill
