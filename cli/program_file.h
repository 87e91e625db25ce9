// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the system would run for a word that a user types, and with which
// privileges.
//
//   const std::string path = waybill::FindProgram("ping");  // "/usr/bin/ping"
//   const waybill::Privileges privileges = waybill::PrivilegesOf(path);
//   privileges.what;    // "its file has capabilities (getcap)"
//   privileges.gained;  // true for a plain user, false for root
//
// Where a program gains privileges, the loader takes LD_PRELOAD away from it
// and from what it starts (ld.so(8), "Secure-execution mode"). Thread-safe.
#ifndef WAYBILL_CLI_PROGRAM_FILE_H_
#define WAYBILL_CLI_PROGRAM_FILE_H_

#include <sys/types.h>

#include <string>

namespace waybill {

// As execvp(3) does. Empty if there is none that can be run; a name with a
// slash in it is its own answer, if there is such a file.
std::string FindProgram(const std::string& name);

// The program that runs a script: "/bin/sh" of "#!/bin/sh -e". Empty for what
// is no script.
std::string InterpreterOf(const std::string& path);

struct Privileges {
  std::string what;     // empty: none, for nobody
  bool gained = false;  // by this process, were it to run the program
};

struct ProgramFile {
  mode_t mode = 0;
  uid_t owner = 0;
  gid_t group = 0;
  bool has_capabilities = false;
};

// What the kernel does at execve(), for a user and a group (both the real
// ones). Scripts gain nothing.
Privileges JudgePrivileges(const ProgramFile& file, uid_t user, gid_t group);

// The same of a file, for this process. None where it cannot be read.
Privileges PrivilegesOf(const std::string& path);

}  // namespace waybill

#endif  // WAYBILL_CLI_PROGRAM_FILE_H_
