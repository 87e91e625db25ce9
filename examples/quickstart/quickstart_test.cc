// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The quickstart as its reader runs it: the viewer, the server, the client.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_report.h"
#include "waybill/viewer/viewer.h"

namespace quickstart {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::Le;

// A program that reads its input from this test, and writes its output to it.
class Program {
 public:
  explicit Program(const std::vector<std::string>& command) {
    int in[2];
    int out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      std::vector<char*> arguments;
      for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
      }
      arguments.push_back(nullptr);
      execv(arguments[0], arguments.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = fdopen(out[0], "r");
  }
  ~Program() {
    if (pid_ > 0) End();
    fclose(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string ReadLine() {
    std::string line;
    for (int c = fgetc(output_); c != EOF && c != '\n'; c = fgetc(output_)) {
      line.push_back(static_cast<char>(c));
    }
    return line;
  }

  // Closes its input, waits and returns its exit status.
  int End() {
    close(input_);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  FILE* output_ = nullptr;
};

TEST(QuickstartTest, ShowsACallFromTheClientToTheServer) {
  waybill::ViewerOptions options;
  options.otlp_address = "127.0.0.1:0";
  options.http_address = "127.0.0.1:0";
  auto viewer = waybill::Viewer::Start(options);
  ASSERT_TRUE(viewer.ok()) << viewer.status();
  const std::string endpoint =
      absl::StrCat("http://", (*viewer)->otlp_address());
  setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.c_str(), /*overwrite=*/1);

  Program server({"examples/quickstart/server", "0"});
  const std::string listening = server.ReadLine();
  const std::string prefix = "listening on ";
  ASSERT_EQ(listening.rfind(prefix, 0), 0u) << listening;
  const std::string address =
      listening.substr(prefix.size(), listening.find(';') - prefix.size());
  Program client({"examples/quickstart/client", address, "Ada"});
  EXPECT_EQ(client.ReadLine(), "Hello, Ada!");
  EXPECT_EQ(client.End(), 0);
  EXPECT_EQ(server.End(), 0);

  // Both have ended, and sent what they had.
  const absl::optional<waybill::StoredTrace> trace =
      (*viewer)->store().Get((*viewer)->store().LastId());
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(waybill::RenderOutline(
                waybill::MakeReport(trace->data, trace->summary.trace_id)),
            "greeter-client quickstart.Greeter/Greet CLIENT OK\n"
            "  greeter quickstart.Greeter/Greet SERVER OK\n"
            "    greeter compose greeting INTERNAL OK\n");
}

TEST(QuickstartTest, AddsFewLinesToEitherSide) {
  for (const char* const file : {"server.cc", "client.cc"}) {
    std::ifstream source(absl::StrCat("examples/quickstart/", file));
    int added = 0;
    for (std::string line; std::getline(source, line);) {
      const std::string mark = "// +";
      if (line.size() > mark.size() &&
          line.compare(line.size() - mark.size(), mark.size(), mark) == 0) {
        ++added;
      }
    }
    EXPECT_THAT(added, AllOf(Ge(1), Le(12))) << file;
  }
}

}  // namespace
}  // namespace quickstart
