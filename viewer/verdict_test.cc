// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/verdict.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Verdict Judge(const TraceBuilder& trace) { return trace.Report().verdict; }

TEST(VerdictTest, NamesTheSpanThatTookMostOfTheTime) {
  const Verdict verdict = Judge(NormalCheckout());
  EXPECT_EQ(verdict.kind, VerdictKind::kOk);
  EXPECT_EQ(verdict.text,
            "stripe.Stripe/Charge took 400 ms of 1,200 ms (33 %)");
  EXPECT_THAT(verdict.details, IsEmpty());
}

TEST(VerdictTest, SaysWhenASpanWasSlowByItself) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 100);
  trace.Add(kInternal, "parse", 2, 1, 10, 40);
  EXPECT_EQ(Judge(trace).text, "GET / itself took 70 ms of 100 ms (70 %)");
}

TEST(VerdictTest, SaysWhereWorkWasDoneThatIsNoCall) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 100);
  trace.Service("a").Add(kClient, "postgres.query", 2, 1, 10, 90);
  EXPECT_EQ(Judge(trace).text,
            "postgres.query in a took 80 ms of 100 ms (80 %)");
}

TEST(VerdictTest, TellsTheWayToAServiceFromTheService) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kClient, "b.B/Get", 1, 0, 0, 100);
  trace.Service("b").AddRpc(kServer, "b.B/Get", 2, 1, 45, 55);
  const Verdict verdict = Judge(trace);
  EXPECT_EQ(verdict.text, "b.B/Get took 100 ms of 100 ms (100 %)");
  EXPECT_THAT(verdict.details,
              ElementsAre("90 ms of that passed between a and b: network and "
                          "queues, not b's handler"));
}

TEST(VerdictTest, SeesALoopOfShortCalls) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 100);
  trace.Add(kInternal, "render", 2, 1, 0, 20);
  for (uint64_t i = 0; i < 7; ++i) {
    const double start = 20 + 10 * static_cast<double>(i);
    trace.Add(kClient, "postgres.query", 3 + i, 1, start, start + 10);
  }
  const Verdict verdict = Judge(trace);
  EXPECT_EQ(verdict.text, "render in a took 20 ms of 100 ms (20 %)");
  EXPECT_THAT(verdict.details,
              ElementsAre("postgres.query in a ran 7 times, one after the "
                          "other: 70 ms together"));
}

TEST(VerdictTest, MentionsFailuresThatTheRequestSurvived) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 100);
  trace.AddRpc(kClient, "b.B/Get", 2, 1, 10, 20, "UNAVAILABLE", "no route");
  trace.AddRpc(kClient, "b.B/Get", 3, 1, 20, 90);
  trace.AddRpc(kClient, "c.C/Hedge", 4, 1, 20, 90, "CANCELLED");
  const Verdict verdict = Judge(trace);
  EXPECT_EQ(verdict.kind, VerdictKind::kOk);
  EXPECT_THAT(verdict.details,
              ElementsAre("1 failure did not fail the request: a → b.B/Get: "
                          "UNAVAILABLE: no route"));
}

TEST(VerdictTest, NamesTheDeepestCallThatRanIntoItsDeadline) {
  const Verdict verdict = Judge(TimedOutCheckout());
  EXPECT_EQ(verdict.kind, VerdictKind::kFailed);
  EXPECT_EQ(verdict.text,
            "payment → stripe.Stripe/Charge: DEADLINE_EXCEEDED after 1,000 ms");
  EXPECT_THAT(
      verdict.details,
      ElementsAre("stripe went on for 501 ms after that, and ended with "
                  "CANCELLED",
                  "it brought down payment.Payment/Charge "
                  "(DEADLINE_EXCEEDED), POST /checkout (504)"));
}

TEST(VerdictTest, SaysWhatWasStillAtWorkWhenTheDeadlinePassed) {
  TraceBuilder trace;
  trace.Service("front").AddRpc(kClient, "pay.Pay/Charge", 1, 0, 0, 1000,
                                "DEADLINE_EXCEEDED");
  trace.Service("pay").AddRpc(kServer, "pay.Pay/Charge", 2, 1, 1, 1000,
                              "CANCELLED");
  trace.AddRpc(kClient, "bank.Bank/Debit", 3, 2, 10, 1000, "CANCELLED");
  trace.Service("bank").AddRpc(kServer, "bank.Bank/Debit", 4, 3, 11, 1001,
                               "CANCELLED");
  const Verdict verdict = Judge(trace);
  EXPECT_EQ(verdict.text,
            "front → pay.Pay/Charge: DEADLINE_EXCEEDED after 1,000 ms");
  EXPECT_THAT(verdict.details,
              ElementsAre("pay was still waiting for bank.Bank/Debit"));
}

TEST(VerdictTest, SaysThatNothingCameFromTheCalledService) {
  TraceBuilder trace;
  trace.Service("front").AddRpc(kClient, "pay.Pay/Charge", 1, 0, 0, 1000,
                                "DEADLINE_EXCEEDED", "Deadline Exceeded");
  EXPECT_THAT(Judge(trace).details,
              ElementsAre("no span of the called service has come: it was not "
                          "reached, is not traced, or is still at it"));
}

TEST(VerdictTest, TellsADeclineFromAnOutage) {
  const Verdict verdict = Judge(DeclinedCheckout());
  EXPECT_EQ(verdict.kind, VerdictKind::kDeclined);
  EXPECT_EQ(verdict.text,
            "declined: payment.Payment/Charge answered FAILED_PRECONDITION: "
            "card declined");
}

TEST(VerdictTest, CallsADeclineAFailureWhereAServiceMadeAnErrorOfIt) {
  TraceBuilder trace;
  OtlpSpan& root =
      trace.Service("front").Add(kServer, "POST /checkout", 1, 0, 0, 100);
  SetInt(root, "http.response.status_code", 500);
  SetError(root, "");
  trace.AddRpc(kClient, "pay.Pay/Charge", 2, 1, 10, 90, "FAILED_PRECONDITION",
               "card declined");
  trace.Service("pay").AddRpc(kServer, "pay.Pay/Charge", 3, 2, 11, 89,
                              "FAILED_PRECONDITION");
  const Verdict verdict = Judge(trace);
  EXPECT_EQ(verdict.kind, VerdictKind::kFailed);
  EXPECT_EQ(verdict.text,
            "front → pay.Pay/Charge: FAILED_PRECONDITION: card declined");
  EXPECT_THAT(verdict.details,
              ElementsAre("it brought down POST /checkout (500)"));
}

TEST(VerdictTest, FindsTheCauseAmongWhatWentWrong) {
  struct Child {
    OtlpSpan::SpanKind kind;
    const char* name;
    double start;
    double end;
    const char* code;
  };
  struct Row {
    const char* reason;
    Child first;
    Child second;
    const char* text;
  };
  const Row rows[] = {
      {"tried again: the last attempt counts",
       {kClient, "b.B/One", 0, 20, "UNAVAILABLE"},
       {kClient, "b.B/Two", 30, 50, "INTERNAL"},
       "a → b.B/Two: INTERNAL"},
      {"side by side: the first to fail counts",
       {kClient, "b.B/One", 0, 50, "UNAVAILABLE"},
       {kClient, "b.B/Two", 0, 40, "INTERNAL"},
       "a → b.B/Two: INTERNAL"},
      {"what was cancelled for it is not to blame",
       {kClient, "b.B/One", 0, 40, "CANCELLED"},
       {kClient, "b.B/Two", 0, 41, "INTERNAL"},
       "a → b.B/Two: INTERNAL"},
      {"nothing else to blame",
       {kClient, "b.B/One", 0, 40, "CANCELLED"},
       {kClient, "b.B/Two", 0, 41, "OK"},
       "a → b.B/One: CANCELLED after 40 ms"},
      {"callees that went well are not to blame",
       {kClient, "b.B/One", 0, 40, "OK"},
       {kClient, "b.B/Two", 0, 41, "OK"},
       "GET /: ERROR: out of paper"},
  };
  for (const Row& row : rows) {
    TraceBuilder trace;
    OtlpSpan& root = trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 100);
    SetError(root, "out of paper");
    uint64_t id = 2;
    trace.Service("a");
    for (const Child& child : {row.first, row.second}) {
      trace.AddRpc(child.kind, child.name, id, 1, child.start, child.end,
                   child.code);
      // A server that answers so, and has nothing more to say.
      trace.AddRpc(kServer, child.name, id + 10, id, child.start, child.end,
                   child.code);
      ++id;
    }
    // The root's own words are no words of its callees.
    const std::string text = Judge(trace).text;
    EXPECT_EQ(text, row.text) << row.reason;
  }
}

TEST(VerdictTest, LooksThroughInternalSpansThatSayNothing) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kServer, "a.A/Do", 1, 0, 0, 100, "INTERNAL");
  trace.Add(kInternal, "wrapper", 2, 1, 10, 90);
  SetError(trace.Add(kInternal, "postgres.query", 3, 2, 20, 80), "deadlock");
  EXPECT_EQ(Judge(trace).text, "postgres.query in a: ERROR: deadlock");
}

TEST(VerdictTest, BlamesTheCallerForACancelledRequest) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kServer, "a.A/Do", 1, 0, 0, 300, "CANCELLED");
  trace.AddRpc(kClient, "b.B/Get", 2, 1, 10, 300, "CANCELLED");
  EXPECT_EQ(Judge(trace).text, "a.A/Do: CANCELLED after 300 ms");
}

TEST(VerdictTest, HasNothingToSayOfNothing) {
  const Verdict verdict = Judge(TraceBuilder());
  EXPECT_EQ(verdict.text, "no spans");
  EXPECT_EQ(verdict.node, kNone);
}

TEST(VerdictTest, JudgesAnInstant) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "GET /", 1, 0, 0, 0);
  EXPECT_EQ(Judge(trace).text, "GET / took 0 ms of 0 ms (0 %)");
}

}  // namespace
}  // namespace waybill
