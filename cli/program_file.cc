// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/program_file.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace waybill {
namespace {

// Where execvp() looks if nobody says where.
constexpr char kDefaultPath[] = "/bin:/usr/bin";

// And no pipe, which would have a reader wait.
bool IsFile(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// Both make the kernel ignore what the file says.
bool GainsNothing(const std::string& path) {
  struct statvfs file_system = {};
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
         (statvfs(path.c_str(), &file_system) == 0 &&
          (file_system.f_flag & ST_NOSUID) != 0);
}

}  // namespace

std::string FindProgram(const std::string& name) {
  if (absl::StrContains(name, '/')) {
    return access(name.c_str(), F_OK) == 0 ? name : "";
  }
  const char* path = getenv("PATH");
  for (absl::string_view folder :
       absl::StrSplit(path == nullptr ? kDefaultPath : path, ':')) {
    // An empty one is the folder that one is in.
    const std::string file =
        absl::StrCat(folder.empty() ? "." : folder, "/", name);
    if (!name.empty() && IsFile(file) && access(file.c_str(), X_OK) == 0) {
      return file;
    }
  }
  return "";
}

std::string InterpreterOf(const std::string& path) {
  if (!IsFile(path)) return "";
  std::ifstream file(path, std::ios::binary);
  std::string line(256, '\0');
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  if (!absl::StartsWith(line, "#!")) return "";
  const std::vector<std::string> words =
      absl::StrSplit(line.substr(2, line.find('\n') - 2),
                     absl::ByAnyChar(" \t"), absl::SkipEmpty());
  return words.empty() ? "" : words[0];
}

Privileges JudgePrivileges(const ProgramFile& file, uid_t user, gid_t group) {
  Privileges privileges;
  const auto add = [&](const char* what, bool gained) {
    if (privileges.what.empty() || gained) privileges.what = what;
    privileges.gained |= gained;
  };
  if ((file.mode & S_ISUID) != 0) add("it is setuid", file.owner != user);
  // Without the group's right to run it, the bit means something else.
  if ((file.mode & S_ISGID) != 0 && (file.mode & S_IXGRP) != 0) {
    add("it is setgid", file.group != group);
  }
  if (file.has_capabilities) {
    add("its file has capabilities (getcap)", user != 0);
  }
  return privileges;
}

Privileges PrivilegesOf(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0 || !InterpreterOf(path).empty()) {
    return {};
  }
  ProgramFile file;
  file.mode = status.st_mode;
  file.owner = status.st_uid;
  file.group = status.st_gid;
  file.has_capabilities =
      getxattr(path.c_str(), "security.capability", nullptr, 0) > 0;
  Privileges privileges = JudgePrivileges(file, getuid(), getgid());
  if (GainsNothing(path)) privileges.gained = false;
  return privileges;
}

}  // namespace waybill
