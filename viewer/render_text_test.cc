// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/render_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/trace_builder.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

RenderOptions Width(size_t width) {
  RenderOptions options;
  options.width = width;
  return options;
}

TEST(RenderTextTest, DrawsTheTreeOfACheckout) {
  EXPECT_EQ(RenderTree(NormalCheckout().Report(), Width(80)),
            R"(  span  (● critical path)           service      duration  status
● POST /checkout                    frontend     1,200 ms  OK
● ├─ auth.Auth/Verify               auth            80 ms  OK
● ├─ payment.Payment/Charge         payment        450 ms  OK
● │  ├─ stripe.Stripe/Charge        stripe         400 ms  OK
  │  └─ fraud.Fraud/Check           fraud          120 ms  OK
● ├─ inventory.Inventory/Reserve    inventory      320 ms  OK
● │  ├─ postgres.query              inventory      180 ms  OK
● │  └─ cache.get                   inventory       20 ms  OK
● └─ fulfillment.Fulfillment/Queue  fulfillment     90 ms  OK
     └─ fulfillment.process         worker         150 ms  OK (afterwards)
)");
}

TEST(RenderTextTest, DrawsTheWaterfallOfACheckout) {
  EXPECT_EQ(RenderWaterfall(NormalCheckout().Report(), Width(80)),
            R"(                                    0 ms         500 ms
● POST /checkout                    █████████████████████████████████   1,200 ms
● ├─ auth.Auth/Verify               ███          ┊             ┊           80 ms
● ├─ payment.Payment/Charge         ┊  █████████████           ┊          450 ms
● │  ├─ stripe.Stripe/Charge        ┊  ████████████            ┊          400 ms
  │  └─ fraud.Fraud/Check           ┊  █████     ┊             ┊          120 ms
● ├─ inventory.Inventory/Reserve    ┊            ┊  █████████░ ┊          320 ms
● │  ├─ postgres.query              ┊            ┊  ██████     ┊          180 ms
● │  └─ cache.get                   ┊            ┊        █    ┊           20 ms
● └─ fulfillment.Fulfillment/Queue  ┊            ┊           ████          90 ms
     └─ fulfillment.process         ┊            ┊             ┊ █████    150 ms
)");
}

TEST(RenderTextTest, DrawsBothHalvesOfACallWhereAsked) {
  RenderOptions options = Width(80);
  options.both = true;
  TraceBuilder trace;
  trace.Service("a").AddRpc(kClient, "b.B/Get", 1, 0, 0, 100);
  trace.Service("b").AddRpc(kServer, "b.B/Get", 2, 1, 20, 80);
  EXPECT_EQ(RenderTree(trace.Report(), options),
            R"(  span  (● critical path)  service  duration  status
● b.B/Get                  a          100 ms  OK
● └─ b.B/Get               b           60 ms  OK
)");
  EXPECT_EQ(RenderTree(trace.Report(), Width(80)),
            R"(  span  (● critical path)  service  duration  status
● b.B/Get                  b          100 ms  OK
)");
}

// What fits into 80 columns by that keeps its names whole.
TEST(RenderTextTest, GivesLongStatusesFurtherRows) {
  TraceBuilder trace;
  trace.Service("payment").AddRpc(kServer, "payment.Payment/Charge", 1, 0, 0,
                                  300);
  trace.AddRpc(kClient, "stripe.Stripe/ChargeTheCard", 2, 1, 0, 250,
               "DEADLINE_EXCEEDED");
  trace.AddRpc(kClient, "fraud.Fraud/Check", 4, 1, 260, 300);
  trace.Service("stripe").AddRpc(kServer, "stripe.Stripe/ChargeTheCard", 3, 2,
                                 10, 250, "CANCELLED");
  trace.Add(kInternal, "bank", 5, 3, 20, 30);
  EXPECT_EQ(RenderTree(trace.Report(), Width(80)),
            R"(  span  (● critical path)         service  duration  status
● payment.Payment/Charge          payment    300 ms  OK
● ├─ stripe.Stripe/ChargeTheCard  stripe     250 ms  DEADLINE_EXCEEDED
  │  │                                               (server: CANCELLED)
● │  └─ bank                      stripe      10 ms  OK
● └─ fraud.Fraud/Check            payment     40 ms  OK
)");
}

TEST(RenderTextTest, BreaksLongVerdictsBetweenWords) {
  TraceReport report;
  report.verdict.text = "one two three four five six seven eight nine ten";
  EXPECT_THAT(RenderVerdict(report, Width(40)),
              StartsWith("verdict  one two three four five six\n"
                         "         seven eight nine ten\n"));
}

TEST(RenderTextTest, DrawsTheWayToTheServerLighter) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kClient, "b.B/Get", 1, 0, 0, 100);
  trace.Service("b").AddRpc(kServer, "b.B/Get", 2, 1, 50, 75);
  EXPECT_THAT(RenderWaterfall(trace.Report(), Width(59)),
              HasSubstr("  ░░░░░░░░░░░░░░░░░░░░██████████░░░░░░░░░░  100 ms"));
}

TEST(RenderTextTest, SaysItAllInAscii) {
  RenderOptions options = Width(80);
  options.ascii = true;
  TraceBuilder trace;
  trace.Service("café").Add(kServer, "root", 1, 0, 0, 0.5);
  trace.Service("b").AddRpc(kClient, "→", 2, 1, 0.1, 0.3, "UNAVAILABLE");
  const std::string text = RenderText(trace.Report(), options);
  for (char c : text) ASSERT_LT(static_cast<unsigned char>(c), 0x80u) << text;
  EXPECT_THAT(text, HasSubstr("`- ->"));
  EXPECT_THAT(text, HasSubstr("caf\\xe9"));
  EXPECT_THAT(text, HasSubstr("500 us"));
}

TEST(RenderTextTest, ColoursOnlyWhereAsked) {
  const TraceReport report = TimedOutCheckout().Report();
  EXPECT_THAT(RenderText(report, Width(100)), Not(HasSubstr("\x1b")));
  RenderOptions options;
  options.color = true;
  EXPECT_THAT(RenderText(report, options),
              HasSubstr("\x1b[1;31mDEADLINE_EXCEEDED\x1b[0m"));
}

TEST(RenderTextTest, LetsNothingOfAPeersReachTheTerminal) {
  TraceBuilder trace;
  OtlpSpan& root =
      trace.Service("evil\x1b[2J")
          .Add(kServer, "a\nverdict  fine\x1b]0;x\x07", 1, 0, 0, 100);
  SetError(root, "\x1b[31mboom\r");
  SetText(root, "error.type", "\u202e");
  const std::string text = RenderText(trace.Report(), RenderOptions()) +
                           RenderOutline(trace.Report());
  for (const char* raw : {"\x1b", "\r", "\x07", "\u202e", "\nverdict  fine"}) {
    EXPECT_THAT(text, Not(HasSubstr(raw)));
  }
  EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
}

TEST(RenderTextTest, IsNeverWiderThanAsked) {
  TraceBuilder trace = TimedOutCheckout();
  trace.Service(std::string(200, 's'))
      .Add(kInternal, "日本語の長い名前" + std::string(300, 'x'), 50, 7, 200,
           300);
  for (uint64_t i = 51; i < 80; ++i) {
    trace.Add(kInternal, "deep", i, i - 1, 200, 300);
  }
  for (size_t width : {60, 80, 100, 200}) {
    const TraceReport report = trace.Report();
    for (const std::string& text : {RenderTree(report, Width(width)),
                                    RenderWaterfall(report, Width(width)),
                                    RenderVerdict(report, Width(width))}) {
      for (absl::string_view line : absl::StrSplit(text, '\n')) {
        EXPECT_LE(DisplayWidth(line), width) << line;
      }
    }
  }
}

TEST(RenderTextTest, EndsWithVerdictNotesAndTraceId) {
  TraceBuilder trace = TimedOutCheckout();
  auto* lost = trace.batch().mutable_resource()->add_attributes();
  lost->set_key("waybill.spans.dropped");
  lost->mutable_value()->set_int_value(12);
  EXPECT_EQ(
      RenderVerdict(trace.Report(), Width(80)),
      R"(verdict  payment → stripe.Stripe/Charge: DEADLINE_EXCEEDED after 1,000 ms
         stripe went on for 501 ms after that, and ended with CANCELLED
         it brought down payment.Payment/Charge (DEADLINE_EXCEEDED), POST
         /checkout (504)
note     12 spans of inventory were lost in its process
trace    4bf92f3577b34da6a3ce929d0e0e4736  (9 spans, 5 services)
)");
}

TEST(RenderTextTest, SurvivesAnEmptyTrace) {
  EXPECT_THAT(RenderText(TraceBuilder().Report(), RenderOptions()),
              HasSubstr("verdict  no spans"));
}

TEST(RenderTextTest, OutlinesCallsAsOneLineWhereAsked) {
  EXPECT_EQ(RenderOutline(TimedOutCheckout().Report(), /*both=*/false),
            R"(frontend POST /checkout SERVER 504
  auth auth.Auth/Verify CLIENT+SERVER OK
  payment payment.Payment/Charge CLIENT+SERVER DEADLINE_EXCEEDED
    stripe stripe.Stripe/Charge CLIENT+SERVER DEADLINE_EXCEEDED (server: CANCELLED)
  inventory inventory.Inventory/Reserve CLIENT+SERVER CANCELLED
)");
}

}  // namespace
}  // namespace waybill
