// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The `waybill` command as a person runs it: the real program, its output and
// its exit codes.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "viewer/otlp/trace_service.grpc.pb.h"
#include "waybill/cli/version.h"
#include "waybill/tracing/version.h"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Bazel runs a test where its data is.
constexpr char kProgram[] = "cli/waybill";

// A process whose output can be read line by line. Killed when destroyed.
class Process {
 public:
  Process(std::vector<std::string> arguments, const std::string& error_path) {
    int ends[2];
    if (pipe(ends) != 0) std::abort();
    arguments.insert(arguments.begin(), kProgram);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      if (std::freopen(error_path.c_str(), "w", stderr) == nullptr) _exit(126);
      close(ends[0]);
      close(ends[1]);
      execv(kProgram, argv.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }

  ~Process() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      Wait();
    }
    std::fclose(output_);
  }

  // Empty at the end.
  std::string ReadLine() {
    std::string line;
    for (int c = std::fgetc(output_); c != EOF; c = std::fgetc(output_)) {
      line.push_back(static_cast<char>(c));
      if (c == '\n') break;
    }
    return line;
  }

  void Signal(int signal) { kill(pid_, signal); }

  int Wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Result {
  int exit_code;
  std::string output;
  std::string error;
};

Result RunWaybill(const std::vector<std::string>& arguments) {
  const std::string error_path = testing::TempDir() + "/error";
  Process process(arguments, error_path);
  Result result;
  for (std::string line = process.ReadLine(); !line.empty();
       line = process.ReadLine()) {
    result.output += line;
  }
  result.exit_code = process.Wait();
  result.error = ReadFile(error_path);
  return result;
}

class WaybillTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("COLUMNS", "100", 1);
    unsetenv("NO_COLOR");
  }

  std::string WriteFile(const std::string& text) {
    const std::string path = testing::TempDir() + "/spans.jsonl";
    std::ofstream(path) << text;
    return path;
  }

  static std::string Text(const TraceBuilder& trace) {
    return RenderText(trace.Report(), RenderOptions());
  }
};

TEST_F(WaybillTest, ShowsWhatAViewerReceived) {
  const std::string error_path = testing::TempDir() + "/view_error";
  Process view({"view", "--otlp=127.0.0.1:0", "--http=127.0.0.1:0"},
               error_path);
  std::string otlp = view.ReadLine();
  std::string page = view.ReadLine();
  ASSERT_THAT(otlp, StartsWith("spans: OTLP/gRPC to 127.0.0.1:"));
  ASSERT_THAT(page, StartsWith("page:  http://127.0.0.1:"));
  otlp = std::string(absl::StripAsciiWhitespace(otlp.substr(20)));
  const std::string url(absl::StripAsciiWhitespace(page.substr(7)));

  const Result nothing = RunWaybill({"show", "--from=" + url});
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_THAT(nothing.error, HasSubstr("no trace has come yet"));

  auto stub = collector::TraceService::NewStub(
      grpc::CreateChannel(otlp, grpc::InsecureChannelCredentials()));
  TraceBuilder trace = NormalCheckout();
  collector::ExportTraceServiceRequest request;
  *request.mutable_resource_spans() = trace.data().resource_spans();
  collector::ExportTraceServiceResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(stub->Export(&context, request, &response).ok());

  EXPECT_EQ(view.ReadLine(),
            "4bf92f3577b34da6a3ce929d0e0e4736  POST /checkout  1,200 ms  OK  "
            "stripe.Stripe/Charge took 400 ms of 1,200 ms (33 %)\n");
  for (const char* which : {"--trace=last", "--trace=all", "--trace=4BF9"}) {
    const Result shown = RunWaybill({"show", "--from=" + url, which});
    EXPECT_EQ(shown.exit_code, 0) << shown.error;
    EXPECT_EQ(shown.output, Text(trace)) << which;
  }
  const Result other = RunWaybill({"show", "--from", url, "--trace", "77"});
  EXPECT_EQ(other.exit_code, 1);
  EXPECT_THAT(other.error, HasSubstr("no trace 77 is here"));

  const Result second = RunWaybill({"view", "--otlp=" + otlp});
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_EQ(second.error,
            absl::StrCat("waybill view: cannot listen for spans on ", otlp,
                         ": the port is taken, or this is no HOST:PORT of this "
                         "machine\n"));

  view.Signal(SIGTERM);
  EXPECT_EQ(view.Wait(), 0);
  EXPECT_EQ(ReadFile(error_path), "");
}

TEST_F(WaybillTest, StopsAtCtrlC) {
  Process view({"view", "--otlp=127.0.0.1:0", "--http=127.0.0.1:0"},
               testing::TempDir() + "/view_error");
  view.ReadLine();
  view.ReadLine();
  view.Signal(SIGINT);
  EXPECT_EQ(view.Wait(), 0);
}

TEST_F(WaybillTest, ShowsAFileInEveryFormat) {
  TraceBuilder trace = TimedOutCheckout();
  const std::string path = WriteFile(WriteOtlpJson(trace.data()) + "\n");
  const TraceReport report = trace.Report();
  const std::string from = "--from=" + path;
  EXPECT_EQ(RunWaybill({"show", from}).output, Text(trace));
  EXPECT_EQ(RunWaybill({"show", from, "--format=tree"}).output,
            RenderTree(report, RenderOptions()));
  EXPECT_EQ(RunWaybill({"show", from, "--format=waterfall"}).output,
            RenderWaterfall(report, RenderOptions()));
  EXPECT_EQ(RunWaybill({"show", from, "--format=otlp"}).output, ReadFile(path));
  const auto json =
      nlohmann::json::parse(RunWaybill({"show", from, "--format=json"}).output);
  EXPECT_EQ(json["verdict"]["kind"], "FAILED");
  RenderOptions both;
  both.both = true;
  EXPECT_EQ(RunWaybill({"show", from, "--both"}).output,
            RenderText(report, both));
  EXPECT_THAT(RunWaybill({"show", from}).output, Not(HasSubstr("\x1b")));
  EXPECT_THAT(RunWaybill({"show", from, "--color=always"}).output,
              HasSubstr("\x1b[1;31m"));
}

TEST_F(WaybillTest, ShowsTheTracesOfAFile) {
  TraceBuilder first = NormalCheckout("aa" + std::string(30, '1'));
  TraceBuilder second = NormalCheckout("bb" + std::string(30, '2'));
  const std::string from =
      "--from=" + WriteFile(absl::StrCat(WriteOtlpJson(first.data()), "\n",
                                         WriteOtlpJson(second.data()), "\n"));
  EXPECT_EQ(RunWaybill({"show", from}).output, Text(second));
  EXPECT_EQ(RunWaybill({"show", from, "--trace=aa"}).output, Text(first));
  EXPECT_EQ(RunWaybill({"show", from, "--trace=all"}).output,
            absl::StrCat(Text(second), "\n", Text(first)));
  const Result none = RunWaybill({"show", from, "--trace=cc"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.error, HasSubstr("no trace cc is in "));
}

TEST_F(WaybillTest, ShowsWhatCanBeReadOfADamagedFile) {
  TraceBuilder trace = NormalCheckout();
  const std::string line = WriteOtlpJson(trace.data());
  const Result result = RunWaybill(
      {"show", "--from=" + WriteFile(absl::StrCat(
                               line, "\n", line.substr(0, line.size() / 2)))});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, Text(trace));
  EXPECT_THAT(result.error, HasSubstr("spans.jsonl: line 2: not JSON"));
}

TEST_F(WaybillTest, SaysInAsciiWhatTheLocaleCannotShow) {
  TraceBuilder trace = NormalCheckout();
  const std::string path = WriteFile(WriteOtlpJson(trace.data()));
  setenv("LC_ALL", "C", 1);
  const Result result = RunWaybill({"show", "--from=" + path});
  setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_THAT(result.output, HasSubstr("* |  `- cache.get"));
}

TEST_F(WaybillTest, SaysWhatIsWrongAndWhatToDo) {
  struct Row {
    std::vector<std::string> arguments;
    int exit_code;
    const char* error;
  };
  const std::string empty = WriteFile("");
  const Row rows[] = {
      {{}, 2, "waybill COMMAND [FLAGS]"},
      {{"shwo"}, 2, "there is no command shwo"},
      {{"help", "shwo"}, 2, "there is no command shwo"},
      {{"show", "--format=xml"},
       2,
       "--format: expected one of all, tree, waterfall, json, otlp; found xml"},
      {{"show", "--trace=latest"},
       2,
       "--trace: expected hexadecimal digits of an id, last or all; found "
       "latest"},
      {{"show", "--from=https://x"}, 2, "--from: expected an http:// URL"},
      {{"show", "more"}, 2, "what is more?"},
      {{"show", "--from=http://127.0.0.1:1"},
       1,
       "start one with `waybill view`"},
      {{"show", "--from=/no/such/file"},
       1,
       "cannot read /no/such/file: No such file or directory"},
      {{"show", "--from=/"}, 1, "cannot read /: Is a directory"},
      {{"show", "--from=" + empty}, 1, "no trace is in "},
      {{"view", "--http=nowhere"}, 2, "not an address: nowhere"},
      {{"view", "--max-traces=0"}, 2, "expected a whole number from 1 up"},
      {{"view", "more"}, 2, "what is more?"},
  };
  for (const Row& row : rows) {
    const Result result = RunWaybill(row.arguments);
    EXPECT_EQ(result.exit_code, row.exit_code) << row.error;
    EXPECT_THAT(result.error, HasSubstr(row.error));
    EXPECT_THAT(result.output, IsEmpty()) << row.error;
  }
}

TEST_F(WaybillTest, HelpsAndTellsItsVersion) {
  EXPECT_EQ(RunWaybill({"--version"}).output,
            absl::StrCat("waybill ", kCommandVersion, "\n"));
  EXPECT_STREQ(kCommandVersion, kVersion);
  EXPECT_THAT(RunWaybill({"help"}).output, HasSubstr("show"));
  EXPECT_THAT(RunWaybill({"help", "show"}).output, HasSubstr("--trace="));
  EXPECT_THAT(RunWaybill({"view", "--help"}).output,
              HasSubstr("--max-traces=N"));
  EXPECT_EQ(RunWaybill({"help"}).exit_code, 0);
}

}  // namespace
}  // namespace waybill
