// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/critical_path.h"

#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

// The nodes on the path and their self time in ms, in the order of the tree.
std::string PathOf(const TraceBuilder& trace) {
  const TraceReport report = trace.Report();
  std::string text;
  int64_t sum = 0;
  for (size_t node : report.tree.preorder) {
    sum += report.path.self_time[node];
    if (!report.path.on_path[node]) continue;
    absl::StrAppend(&text, report.tree.SpanOf(node).name, " ",
                    report.path.self_time[node] / 1000000, "\n");
  }
  EXPECT_EQ(sum, report.path.total) << "self times add up to the whole";
  return text;
}

TEST(CriticalPathTest, FollowsTheChildThatEndedLast) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kInternal, "fast", 2, 1, 10, 40);
  trace.Add(kInternal, "slow", 3, 1, 10, 90);
  EXPECT_EQ(PathOf(trace), "root 20\nslow 80\n");
}

TEST(CriticalPathTest, TakesChildrenOneAfterTheOther) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kInternal, "first", 2, 1, 10, 40);
  trace.Add(kInternal, "second", 3, 1, 40, 90);
  EXPECT_EQ(PathOf(trace), "root 20\nfirst 30\nsecond 50\n");
}

TEST(CriticalPathTest, LeavesOutWhatRanBesideIt) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kInternal, "before", 2, 1, 0, 20);
  trace.Add(kInternal, "overlapping", 3, 1, 10, 60);
  trace.Add(kInternal, "last", 4, 1, 50, 100);
  EXPECT_EQ(PathOf(trace), "root 30\nbefore 20\nlast 50\n");
}

TEST(CriticalPathTest, GoesDownToTheLeaves) {
  EXPECT_EQ(PathOf(NormalCheckout()),
            "POST /checkout 260\n"
            "auth.Auth/Verify 2\n"
            "auth.Auth/Verify 78\n"
            "payment.Payment/Charge 2\n"
            "payment.Payment/Charge 48\n"
            "stripe.Stripe/Charge 2\n"
            "stripe.Stripe/Charge 398\n"
            "inventory.Inventory/Reserve 2\n"
            "inventory.Inventory/Reserve 118\n"
            "postgres.query 180\n"
            "cache.get 20\n"
            "fulfillment.Fulfillment/Queue 2\n"
            "fulfillment.Fulfillment/Queue 88\n");
}

TEST(CriticalPathTest, LeavesOutWhatNobodyWaitedFor) {
  struct Row {
    const char* reason;
    OtlpSpan::SpanKind kind;
    double start;
    double end;
  };
  const Row rows[] = {
      {"began after its parent had ended", kConsumer, 150, 200},
      {"a consumer that outlives its parent", kConsumer, 50, 100.5},
      {"work that was let go", kInternal, 50, 200},
  };
  for (const Row& row : rows) {
    TraceBuilder trace;
    trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
    trace.Add(row.kind, "child", 2, 1, row.start, row.end);
    EXPECT_EQ(PathOf(trace), "root 100\n") << row.reason;
  }
}

TEST(CriticalPathTest, CutsWhatOutlastsItsParentOnlyALittle) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kClient, "callback", 2, 1, 50, 100.5);
  EXPECT_EQ(PathOf(trace), "root 50\ncallback 50\n");
}

TEST(CriticalPathTest, FollowsACallIntoTheServerThatItGaveUpOn) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kClient, "call", 1, 0, 0, 100, "DEADLINE_EXCEEDED");
  trace.Service("b").AddRpc(kServer, "serve", 2, 1, 10, 500, "CANCELLED");
  trace.Add(kInternal, "early", 3, 2, 20, 60);
  trace.Add(kInternal, "stuck", 4, 2, 70, 490);
  EXPECT_EQ(PathOf(trace), "call 10\nserve 20\nearly 40\nstuck 30\n");
}

TEST(CriticalPathTest, LeavesOutWhatWasCancelledForAnother) {
  TraceBuilder trace;
  trace.Service("a").AddRpc(kServer, "root", 1, 0, 0, 100, "INTERNAL");
  trace.AddRpc(kClient, "failed", 2, 1, 10, 80, "UNAVAILABLE");
  trace.AddRpc(kClient, "cancelled", 3, 1, 10, 81, "CANCELLED");
  EXPECT_EQ(PathOf(trace), "root 30\nfailed 70\n");
}

TEST(CriticalPathTest, IsEmptyWithoutSpans) {
  const TraceReport report = TraceBuilder().Report();
  EXPECT_EQ(report.path.total, 0);
  EXPECT_TRUE(report.path.on_path.empty());
}

TEST(CriticalPathTest, AddsUpForATraceWithTenThousandChildren) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 10000);
  for (uint64_t i = 0; i < 9999; ++i) {
    const double start = static_cast<double>((i * 7919) % 9000);
    trace.Add(kInternal, "child", i + 2, 1, start,
              start + static_cast<double>(i % 97));
  }
  EXPECT_NE(PathOf(trace), "");
}

}  // namespace
}  // namespace waybill
