// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the demo shows of each scenario: the whole trace as a tree, with who
// called whom and how it ended, and the verdict.
#include <httplib.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "examples/checkout/demo_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_report.h"

namespace checkout {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kAgent[] = "--agent=agent/libwaybill_agent.so";

// Of a trace as OTLP JSON; empty where it is none. Whether the worker has the
// message before fulfillment has ended its call is a race, as in real shops,
// and no mark of it is kept.
std::string Outline(const std::string& json, const std::string& trace_id) {
  const auto data = waybill::ReadOtlpJson(json);
  if (!data.ok()) return "";
  return std::regex_replace(
      waybill::RenderOutline(waybill::MakeReport(*data, trace_id)),
      std::regex(R"((fulfillment.process .*) \(afterwards\))"), "$1");
}

std::string WithoutNumbers(const std::string& line) {
  return std::regex_replace(line, std::regex("[0-9][0-9,.]*"), "N");
}

// What an agent outside of the program sees of the outline: RPCs, which begin
// with the one to the frontend.
std::string RpcsOf(const Scenario& scenario) {
  const std::regex root("^frontend POST /checkout SERVER .*");
  const std::regex own_work(
      ".* (cache.get|postgres.query|fulfillment.process) [^\n]*\n");
  return std::regex_replace(
      std::regex_replace(scenario.outline, own_work, ""), root,
      "frontend frontend.Frontend/Checkout SERVER " + scenario.grpc_status,
      std::regex_constants::format_first_only);
}

class TracesTest : public DemoTest,
                   public testing::WithParamInterface<Scenario> {
 protected:
  // Runs it, checks what was printed and returns the kept trace's outline.
  std::string RunAndOutline(std::vector<std::string> flags) {
    flags.push_back("--scenario=" + std::string(GetParam().name));
    printed_ = Run(flags).LogLines();
    const std::string id = Rest("trace    ").substr(0, 32);
    const std::string again = Rest("again    ");
    EXPECT_THAT(again, StartsWith("cli/waybill show --from="));
    std::ifstream kept(again.substr(again.find('=') + 1));
    return Outline({std::istreambuf_iterator<char>(kept), {}}, id);
  }

  // Of the one line that begins so.
  std::string Rest(const std::string& prefix) const {
    for (const std::string& line : printed_) {
      if (line.rfind(prefix, 0) == 0) return line.substr(prefix.size());
    }
    ADD_FAILURE() << "no " << prefix << " in\n"
                  << testing::PrintToString(printed_);
    return std::string(32, '=');
  }

  std::vector<std::string> printed_;
};

TEST_P(TracesTest, HaveEverySpanInItsPlaceAndAVerdict) {
  EXPECT_EQ(RunAndOutline({}), GetParam().outline);
  EXPECT_EQ(WithoutNumbers(Rest("verdict  ")), GetParam().verdict);
  EXPECT_THAT(printed_, Contains(HasSubstr(GetParam().detail)));
  EXPECT_THAT(printed_, Each(Not(HasSubstr("\x1b")))) << "not a terminal";
  EXPECT_THAT(printed_, Each(Not(HasSubstr("spans were lost"))));
}

TEST_P(TracesTest, AreTheSameRpcsWhenPreloadedIntoProgramsWithoutWaybill) {
  EXPECT_EQ(RunAndOutline({"--tracing=preload", kAgent}), RpcsOf(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, TracesTest, testing::ValuesIn(Scenarios()),
                         ScenarioName);

class ServedTracesTest : public DemoTest {
 protected:
  // Of a line that the demo printed; what comes before it on the line is cut.
  static std::string UrlIn(const std::string& line) {
    return line.substr(line.find("http://"));
  }
};

TEST_F(ServedTracesTest, GoOnWhereACustomersTraceparentSays) {
  Process& demo = Start({"--serve"});
  const absl::Status open = demo.WaitForLine("Ctrl-C").status();
  ASSERT_TRUE(open.ok()) << open;
  const std::string checkout = UrlIn(*demo.WaitForLine("  curl -i -d "));
  const std::string page = "http://" + *demo.WaitForLine("  http://");
  const std::string id = "0af7651916cd43dd8448eb211c80319c";

  httplib::Client shop(checkout.substr(0, checkout.rfind('/')));
  const httplib::Result answer = shop.Post(
      "/checkout", {{"traceparent", "00-" + id + "-b7ad6b7169203331-01"}},
      R"({"customer": "ada", "item": "mug"})", "application/json");
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->get_header_value("traceresponse"),
              StartsWith("00-" + id + "-"));

  httplib::Client viewer(page.substr(0, page.rfind('/')));
  // The customer sent no span of its own.
  std::string expected = Scenarios()[0].outline;
  expected.insert(expected.find('\n'), " (missing parent)");
  std::string outline;
  const absl::Status complete = demo.WaitUntil([&] {
    const httplib::Result trace = viewer.Get(("/api/traces/" + id).c_str());
    if (trace) outline = Outline(trace->body, id);
    return outline == expected;
  });
  EXPECT_EQ(outline, expected) << complete;
}

TEST(PlainServicesTest, HaveNothingOfWaybillInThem) {
  const auto symbols = [](const std::string& program) {
    const std::string log = testing::TempDir() + "/symbols";
    std::remove(log.c_str());
    auto nm = Process::Start(
        {"nm", {"nm", "-C", "examples/checkout/" + program}, {}, log});
    EXPECT_TRUE((*nm)->WaitForSuccess().ok());
    return (*nm)->LogLines();
  };
  for (const char* const service :
       {"auth", "fraud", "frontend", "fulfillment", "inventory", "payment",
        "stripe", "worker"}) {
    EXPECT_THAT(symbols(service), Contains(HasSubstr("waybill::")));
    EXPECT_THAT(symbols(service + std::string("_plain")),
                AllOf(Not(IsEmpty()), Each(Not(HasSubstr("waybill")))));
  }
}

}  // namespace
}  // namespace checkout
