// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/program_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace waybill {
namespace {

constexpr uid_t kRoot = 0;
constexpr uid_t kUser = 1000;
constexpr gid_t kGroup = 1000;
constexpr gid_t kMail = 8;

TEST(PrivilegesTest, AreGainedWhereTheKernelSaysSo) {
  const struct {
    const char* reason;
    ProgramFile file;
    uid_t user;
    std::string what;
    bool gained;
  } rows[] = {
      {"a program like any", {0755, kRoot, 0, false}, kUser, "", false},
      {"another's identity",
       {04755, kRoot, 0, false},
       kUser,
       "it is setuid",
       true},
      {"root is root already",
       {04755, kRoot, 0, false},
       kRoot,
       "it is setuid",
       false},
      {"root gives itself up",
       {04755, kUser, 0, false},
       kRoot,
       "it is setuid",
       true},
      {"one's own program",
       {04755, kUser, kGroup, false},
       kUser,
       "it is setuid",
       false},
      {"another's group",
       {02755, kRoot, kMail, false},
       kUser,
       "it is setgid",
       true},
      {"one's own group",
       {02755, kRoot, kGroup, false},
       kUser,
       "it is setgid",
       false},
      {"the bit means locking here",
       {02745, kRoot, kMail, false},
       kUser,
       "",
       false},
      {"one of the two is gained",
       {06755, kUser, kMail, false},
       kUser,
       "it is setgid",
       true},
      {"capabilities",
       {0755, kRoot, 0, true},
       kUser,
       "its file has capabilities (getcap)",
       true},
      {"root has them all",
       {0755, kRoot, 0, true},
       kRoot,
       "its file has capabilities (getcap)",
       false},
  };
  for (const auto& row : rows) {
    const Privileges privileges = JudgePrivileges(row.file, row.user, kGroup);
    EXPECT_EQ(privileges.what, row.what) << row.reason;
    EXPECT_EQ(privileges.gained, row.gained) << row.reason;
  }
}

class ProgramFileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/programs." + std::to_string(getpid());
    mkdir(folder_.c_str(), 0755);
    ASSERT_EQ(chdir(folder_.c_str()), 0);
  }

  void Write(const std::string& name, const std::string& text, mode_t mode) {
    std::ofstream(folder_ + "/" + name) << text;
    chmod((folder_ + "/" + name).c_str(), mode);
  }

  std::string folder_;
};

TEST_F(ProgramFileTest, FindsWhatAShellWouldRun) {
  Write("run", "#!/bin/sh\n", 0755);
  Write("data", "", 0644);
  mkdir((folder_ + "/folder").c_str(), 0755);
  const struct {
    const char* reason;
    const char* path;
    std::string name;
    std::string found;
  } rows[] = {
      {"in the second folder", "/none:/bin", "sh", "/bin/sh"},
      {"nobody says where", nullptr, "sh", "/bin/sh"},
      {"an empty folder is this one", "", "run", "./run"},
      {"the same at the end", "/none:", "run", "./run"},
      {"cannot be run", "", "data", ""},
      {"is a folder", "", "folder", ""},
      {"is nothing", "", "none", ""},
      {"no name at all", "/bin", "", ""},
      {"a path is itself", "/none", folder_ + "/data", folder_ + "/data"},
      {"a path to nothing", "/none", folder_ + "/none", ""},
  };
  for (const auto& row : rows) {
    if (row.path == nullptr) {
      unsetenv("PATH");
    } else {
      setenv("PATH", row.path, 1);
    }
    EXPECT_EQ(FindProgram(row.name), row.found) << row.reason;
  }
}

TEST_F(ProgramFileTest, KnowsAScriptFromAProgram) {
  Write("script", "#! /bin/sh -e\necho\n", 04755);
  EXPECT_EQ(InterpreterOf("script"), "/bin/sh");
  EXPECT_EQ(InterpreterOf("/proc/self/exe"), "");
  EXPECT_EQ(InterpreterOf("none"), "");
  // The kernel ignores the bit there.
  EXPECT_EQ(PrivilegesOf("script").what, "");
}

TEST_F(ProgramFileTest, ReadsThePrivilegesOfAFile) {
  Write("program", "", 0755);
  EXPECT_EQ(PrivilegesOf("program").what, "");
  chmod("program", 04755);
  EXPECT_EQ(PrivilegesOf("program").what, "it is setuid");
  EXPECT_FALSE(PrivilegesOf("program").gained);  // it is the test's own
  EXPECT_EQ(PrivilegesOf("none").what, "");
}

}  // namespace
}  // namespace waybill
