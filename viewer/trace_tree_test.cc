// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Trees are compared as the outline that render_text.h describes.

#include "waybill/viewer/trace_tree.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

size_t NodeNamed(const TraceTree& tree, const std::string& name,
                 ViewKind kind) {
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    if (tree.SpanOf(i).name == name && tree.SpanOf(i).kind == kind) return i;
  }
  ADD_FAILURE() << "no " << name;
  return 0;
}

TEST(TraceTreeTest, NestsSpansByTheirParents) {
  const TraceReport report = NormalCheckout().Report();
  EXPECT_EQ(RenderOutline(report),
            R"(frontend POST /checkout SERVER OK
  frontend auth.Auth/Verify CLIENT OK
    auth auth.Auth/Verify SERVER OK
  frontend payment.Payment/Charge CLIENT OK
    payment payment.Payment/Charge SERVER OK
      payment stripe.Stripe/Charge CLIENT OK
        stripe stripe.Stripe/Charge SERVER OK
      payment fraud.Fraud/Check CLIENT OK
        fraud fraud.Fraud/Check SERVER OK
  frontend inventory.Inventory/Reserve CLIENT OK
    inventory inventory.Inventory/Reserve SERVER OK
      inventory postgres.query CLIENT OK
      inventory cache.get CLIENT OK
  frontend fulfillment.Fulfillment/Queue CLIENT OK
    fulfillment fulfillment.Fulfillment/Queue SERVER OK
      worker fulfillment.process CONSUMER OK (afterwards)
)");
  EXPECT_THAT(report.notes, IsEmpty());
}

TEST(TraceTreeTest, DoesNotDependOnTheOrderOfArrival) {
  TraceBuilder forward = NormalCheckout();
  TraceBuilder backward = NormalCheckout();
  auto* batches = backward.data().mutable_resource_spans();
  for (auto& batch : *batches) {
    auto* spans = batch.mutable_scope_spans(0)->mutable_spans();
    std::reverse(spans->pointer_begin(), spans->pointer_end());
  }
  std::reverse(batches->pointer_begin(), batches->pointer_end());
  EXPECT_EQ(RenderOutline(backward.Report()), RenderOutline(forward.Report()));
}

TEST(TraceTreeTest, IsEmptyWithoutSpans) {
  const TraceReport report = TraceBuilder().Report();
  EXPECT_EQ(report.tree.main_root, kNone);
  EXPECT_EQ(RenderOutline(report), "");
}

TEST(TraceTreeTest, PutsAStandInWhereAParentIsMissing) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Service("b").Add(kServer, "first", 8, 7, 10, 20);
  trace.Service("c").Add(kServer, "second", 9, 7, 30, 40);
  trace.Add(kServer, "elsewhere", 10, 77, 50, 60);
  const TraceReport report = trace.Report();
  EXPECT_EQ(RenderOutline(report),
            "a root SERVER OK\n"
            "(missing parent)\n"
            "  b first SERVER OK\n"
            "  c second SERVER OK\n"
            "(missing parent)\n"
            "  c elsewhere SERVER OK\n");
  EXPECT_EQ(report.tree.SpanOf(report.tree.main_root).name, "root");
  EXPECT_THAT(report.notes,
              ElementsAre("2 spans have not come, but other spans have a "
                          "parent there: late or lost"));
}

TEST(TraceTreeTest, TakesASpanWithAnUntracedCallerForTheRoot) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "POST /checkout", 2, 1, 0, 100);
  trace.Add(kInternal, "work", 3, 2, 10, 20);
  const TraceReport report = trace.Report();
  EXPECT_EQ(RenderOutline(report),
            "a POST /checkout SERVER OK (missing parent)\n"
            "  a work INTERNAL OK\n");
  EXPECT_THAT(report.notes,
              ElementsAre("the caller of POST /checkout, span "
                          "0000000000000001, has not come: not traced, or "
                          "late"));
}

TEST(TraceTreeTest, TakesTheLongestOrphanForTheMainRootIfThereIsNoRoot) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "short", 2, 1, 0, 10);
  trace.Add(kServer, "long", 3, 9, 5, 100);
  const TraceTree tree = trace.Report().tree;
  EXPECT_EQ(tree.SpanOf(tree.main_root).name, "long");
}

TEST(TraceTreeTest, CutsACycleAtItsEarliestSpan) {
  TraceBuilder trace;
  trace.Service("a").Add(kInternal, "second", 1, 3, 10, 90);
  trace.Add(kInternal, "third", 2, 1, 20, 80);
  trace.Add(kInternal, "first", 3, 2, 0, 100);
  trace.Add(kInternal, "hanging from it", 4, 2, 30, 40);
  const TraceReport report = trace.Report();
  EXPECT_EQ(RenderOutline(report),
            "a first INTERNAL OK (cycle)\n"
            "  a second INTERNAL OK\n"
            "    a third INTERNAL OK\n"
            "      a hanging from it INTERNAL OK\n");
  EXPECT_THAT(report.notes,
              ElementsAre("first in a is its own ancestor: cut loose"));
}

TEST(TraceTreeTest, CutsASpanThatIsItsOwnParent) {
  TraceBuilder trace;
  trace.Service("a").Add(kInternal, "narcissus", 1, 1, 0, 10);
  trace.Add(kInternal, "echo", 2, 1, 1, 2);
  EXPECT_EQ(RenderOutline(trace.Report()),
            "a narcissus INTERNAL OK (cycle)\n"
            "  a echo INTERNAL OK\n");
}

TEST(TraceTreeTest, ShowsASpanThatCameTwiceOnce) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kInternal, "child", 2, 1, 10, 20);
  trace.Service("a").Add(kInternal, "child", 2, 1, 10, 20);
  const TraceReport report = trace.Report();
  EXPECT_EQ(RenderOutline(report),
            "a root SERVER OK\n"
            "  a child INTERNAL OK\n");
  EXPECT_THAT(report.notes, ElementsAre("1 span came twice: shown once"));
}

TEST(TraceTreeTest, KeepsEverySpanThatHasNoId) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kInternal, "nameless", 2, 1, 10, 20).clear_span_id();
  trace.Add(kInternal, "nameless", 3, 1, 30, 40).clear_span_id();
  const TraceReport report = trace.Report();
  EXPECT_EQ(RenderOutline(report),
            "a root SERVER OK\n"
            "  a nameless INTERNAL OK\n"
            "  a nameless INTERNAL OK\n");
  EXPECT_THAT(report.notes, ElementsAre("2 spans are malformed: nameless in "
                                        "a: no span id"));
}

TEST(TraceTreeTest, NestsAServerUnderAClientWithTheSameId) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 100);
  trace.Add(kClient, "call", 2, 1, 10, 90);
  trace.Service("b").Add(kServer, "call", 2, 1, 20, 80);
  trace.Add(kInternal, "work", 3, 2, 30, 70);
  EXPECT_EQ(RenderOutline(trace.Report()),
            "a root SERVER OK\n"
            "  a call CLIENT OK\n"
            "    b call SERVER OK\n"
            "      b work INTERNAL OK\n");
}

TEST(TraceTreeTest, MarksWhatBeganAfterItsParentHadEnded) {
  TraceBuilder trace;
  trace.Service("a").Add(kProducer, "send", 1, 0, 0, 10);
  trace.Service("b").Add(kConsumer, "receive", 2, 1, 500, 600);
  EXPECT_EQ(RenderOutline(trace.Report()),
            "a send PRODUCER OK\n"
            "  b receive CONSUMER OK (afterwards)\n");
}

TEST(TraceTreeTest, CorrectsAClockThatIsBehind) {
  TraceBuilder trace;
  trace.Service("a").Add(kClient, "call", 1, 0, 100, 200);
  // The server's clock is 300 ms behind; the way takes 10 ms each way.
  trace.Service("b").Add(kServer, "call", 2, 1, -190, -110);
  trace.Add(kInternal, "work", 3, 2, -180, -120);
  const TraceReport report = trace.Report();
  EXPECT_THAT(report.notes,
              ElementsAre("the clock of b is 300 ms behind: corrected"));
  const TraceTree& tree = report.tree;
  const size_t client = NodeNamed(tree, "call", ViewKind::kClient);
  const size_t server = NodeNamed(tree, "call", ViewKind::kServer);
  const size_t work = NodeNamed(tree, "work", ViewKind::kInternal);
  EXPECT_EQ(tree.nodes[server].start - tree.nodes[client].start, 10000000);
  EXPECT_EQ(tree.nodes[client].end - tree.nodes[server].end, 10000000);
  EXPECT_EQ(tree.nodes[work].start - tree.nodes[server].start, 10000000);
}

TEST(TraceTreeTest, CorrectsAClockThatIsAhead) {
  TraceBuilder trace;
  trace.Service("a").Add(kClient, "call", 1, 0, 100, 200);
  trace.Service("b").Add(kServer, "call", 2, 1, 1110, 1190);
  EXPECT_THAT(trace.Report().notes,
              ElementsAre("the clock of b is 1,000 ms ahead: corrected"));
}

TEST(TraceTreeTest, CorrectsOneClockTheSameWayForAllOfItsSpans) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 0, 300);
  trace.Add(kClient, "one", 2, 1, 0, 100);
  trace.Add(kClient, "two", 3, 1, 100, 120);
  // Behind by 50 ms: the first call alone would allow 50 to 100.
  trace.Service("b").Add(kServer, "one", 4, 2, -50, 0);
  trace.Add(kServer, "two", 5, 3, 55, 65);
  const TraceTree tree = trace.Report().tree;
  const size_t one = NodeNamed(tree, "one", ViewKind::kServer);
  const size_t two = NodeNamed(tree, "two", ViewKind::kServer);
  EXPECT_EQ(tree.nodes[two].start - tree.nodes[one].start, 105 * 1000000);
  EXPECT_EQ(tree.clock_offsets[tree.SpanOf(one).resource], 52500000)
      << "the middle of what both calls allow: 50 to 55 ms";
}

TEST(TraceTreeTest, TakesNoLateServerForAWrongClock) {
  struct Row {
    const char* reason;
    double start;
    double end;
    const char* code;
  };
  const Row rows[] = {
      {"the client gave up, the server went on", 110, 900, "DEADLINE_EXCEEDED"},
      {"the client cancelled before the server began", 250, 260, "CANCELLED"},
      {"half a millisecond is scheduling", 99.5, 190, "OK"},
  };
  for (const Row& row : rows) {
    TraceBuilder trace;
    trace.Service("a").AddRpc(kClient, "call", 1, 0, 100, 200, row.code);
    trace.Service("b").Add(kServer, "call", 2, 1, row.start, row.end);
    EXPECT_THAT(trace.Report().notes, IsEmpty()) << row.reason;
  }
}

TEST(TraceTreeTest, BelievesClocksOfOneHost) {
  TraceBuilder trace;
  for (const char* service : {"a", "b"}) {
    trace.Service(service);
    auto* host = trace.batch().mutable_resource()->add_attributes();
    host->set_key("host.name");
    host->mutable_value()->set_string_value("box");
    if (*service == 'a') {
      trace.AddRpc(kClient, "call", 1, 0, 100, 200);
    } else {
      trace.AddRpc(kServer, "call", 2, 1, 50, 150);
    }
  }
  EXPECT_THAT(trace.Report().notes, IsEmpty());
}

TEST(TraceTreeTest, ShowsASpanWithoutTimesWhereItsParentBegins) {
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "root", 1, 0, 50, 100);
  OtlpSpan& span = trace.Add(kInternal, "timeless", 2, 1, 0, 0);
  span.clear_start_time_unix_nano();
  span.clear_end_time_unix_nano();
  const TraceTree tree = trace.Report().tree;
  EXPECT_EQ(tree.nodes[1].start, tree.nodes[0].start);
  EXPECT_EQ(tree.DurationOf(1), 0);
}

TEST(TraceTreeTest, HoldsAChainOfTenThousandSpansAndExtremeTimes) {
  TraceBuilder trace;
  trace.Service("a");
  for (uint64_t i = 1; i <= 10000; ++i) {
    OtlpSpan& span = trace.Add(kInternal, "deep", i, i - 1, 0, 10);
    if (i % 3 == 0) span.set_start_time_unix_nano(1);
    if (i % 5 == 0) span.set_end_time_unix_nano(~uint64_t{0});
  }
  const TraceReport report = trace.Report();
  EXPECT_EQ(report.tree.preorder.size(), 10000u);
  EXPECT_EQ(report.tree.nodes[report.tree.preorder.back()].depth, 9999u);
  EXPECT_LT(RenderText(report, RenderOptions()).size(), size_t{10} << 20);
}

}  // namespace
}  // namespace waybill
