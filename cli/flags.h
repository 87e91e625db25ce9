// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The flags of one subcommand, told one by one and then read from its
// arguments.
//
//   std::string format;
//   bool both = false;
//   waybill::Flags flags;
//   flags.AddChoice("format", {"tree", "json"}, "what to print", &format);
//   flags.AddSwitch("both", "both halves of a call", &both);
//   absl::StatusOr<std::vector<std::string>> rest = flags.Parse(arguments);
//
// A value follows after "=" or as the next argument. "--" ends the flags, for
// commands that take another command; so does, with StopAtFirstWord(), the
// first argument that is no flag. Errors name the flag, what was found and
// what is allowed. (absl's flags are globals of the whole program, which
// subcommands with flags of the same name do not agree with.)
//
// Not thread-safe.
#ifndef WAYBILL_CLI_FLAGS_H_
#define WAYBILL_CLI_FLAGS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace waybill {

class Flags {
 public:
  // value_name is what the help shows after "=". The values that the pointers
  // have before Parse() are the defaults.
  void AddText(const std::string& name, const std::string& value_name,
               const std::string& help, std::string* value);
  void AddChoice(const std::string& name,
                 const std::vector<std::string>& choices,
                 const std::string& help, std::string* value);
  // Whole numbers from 1 up.
  void AddCount(const std::string& name, const std::string& help,
                size_t* value);
  void AddSwitch(const std::string& name, const std::string& help, bool* value);

  // Everything from the first argument that is no flag on is returned as it is.
  void StopAtFirstWord() { stop_at_first_word_ = true; }

  // Sets the values and returns the arguments that are no flags.
  absl::StatusOr<std::vector<std::string>> Parse(
      const std::vector<std::string>& arguments) const;

  // A line for each flag.
  std::string Help() const;

 private:
  struct Flag {
    std::string name;
    std::string value_name;  // Empty for a switch.
    std::string help;
    std::function<absl::Status(const std::string&)> set;
  };

  absl::StatusOr<const Flag*> Find(const std::string& name) const;

  std::vector<Flag> flags_;
  bool stop_at_first_word_ = false;
};

}  // namespace waybill

#endif  // WAYBILL_CLI_FLAGS_H_
