// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/flags.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace waybill {

void Flags::AddText(const std::string& name, const std::string& value_name,
                    const std::string& help, std::string* value) {
  flags_.push_back({name, value_name, help, [value](const std::string& text) {
                      *value = text;
                      return absl::OkStatus();
                    }});
}

void Flags::AddChoice(const std::string& name,
                      const std::vector<std::string>& choices,
                      const std::string& help, std::string* value) {
  const auto set = [name, choices, value](const std::string& text) {
    if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, ": expected one of ",
                       absl::StrJoin(choices, ", "), "; found ", text));
    }
    *value = text;
    return absl::OkStatus();
  };
  flags_.push_back({name, absl::StrJoin(choices, "|"), help, set});
}

void Flags::AddCount(const std::string& name, const std::string& help,
                     size_t* value) {
  const auto set = [name, value](const std::string& text) {
    size_t count = 0;
    if (!absl::SimpleAtoi(text, &count) || count == 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--", name, ": expected a whole number from 1 up; found ", text));
    }
    *value = count;
    return absl::OkStatus();
  };
  flags_.push_back({name, "N", help, set});
}

void Flags::AddSwitch(const std::string& name, const std::string& help,
                      bool* value) {
  flags_.push_back({name, "", help, [value](const std::string&) {
                      *value = true;
                      return absl::OkStatus();
                    }});
}

absl::StatusOr<const Flags::Flag*> Flags::Find(const std::string& name) const {
  std::vector<std::string> known;
  for (const Flag& flag : flags_) {
    if (flag.name == name) return &flag;
    known.push_back("--" + flag.name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no flag --", name, "; there are ", absl::StrJoin(known, ", ")));
}

absl::StatusOr<std::vector<std::string>> Flags::Parse(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> words;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool ends_flags = argument == "--";
    const bool is_word = !absl::StartsWith(argument, "--");
    if (ends_flags || (is_word && stop_at_first_word_)) {
      words.insert(words.end(), arguments.begin() + i + (ends_flags ? 1 : 0),
                   arguments.end());
      return words;
    }
    if (is_word) {
      words.push_back(argument);
      continue;
    }
    const size_t equals = argument.find('=');
    const bool has_value = equals != std::string::npos;
    const std::string name =
        argument.substr(2, has_value ? equals - 2 : equals);
    const absl::StatusOr<const Flag*> flag = Find(name);
    if (!flag.ok()) return flag.status();
    std::string value = has_value ? argument.substr(equals + 1) : std::string();
    if ((*flag)->value_name.empty() && has_value) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " takes no value; found ", value));
    }
    if (!(*flag)->value_name.empty() && !has_value) {
      if (i + 1 == arguments.size()) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--", name, " needs a value: --", name, "=", (*flag)->value_name));
      }
      value = arguments[++i];
    }
    const absl::Status set = (*flag)->set(value);
    if (!set.ok()) return set;
  }
  return words;
}

std::string Flags::Help() const {
  constexpr size_t kHelpColumn = 24;
  std::string help;
  for (const Flag& flag : flags_) {
    std::string line = absl::StrCat("  --", flag.name);
    if (!flag.value_name.empty()) absl::StrAppend(&line, "=", flag.value_name);
    if (line.size() + 2 > kHelpColumn) {
      absl::StrAppend(&help, line, "\n");
      line.clear();
    }
    line.resize(kHelpColumn, ' ');
    absl::StrAppend(&help, line, flag.help, "\n");
  }
  return help;
}

}  // namespace waybill
