// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/span_tree.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace waybill {
namespace {

FinishedSpan Make(const char* name, uint64_t id, uint64_t parent,
                  uint64_t start, SpanKind kind = SpanKind::kInternal,
                  StatusCode status = StatusCode::kUnset) {
  FinishedSpan span;
  span.name = name;
  span.trace_id = TraceId(1, 1);
  span.span_id = SpanId(id);
  span.parent_span_id = SpanId(parent);
  span.start_unix_nanos = start;
  span.kind = kind;
  span.status = status;
  return span;
}

TEST(SpanTreeTest, NoSpansAreNoText) { EXPECT_EQ(SpanTree({}), ""); }

TEST(SpanTreeTest, IndentsChildrenInTheOrderOfTheirStarts) {
  EXPECT_EQ(
      SpanTree({Make("grandchild", 4, 3, 40),
                Make("second", 3, 1, 30, SpanKind::kClient, StatusCode::kError),
                Make("first", 2, 1, 20, SpanKind::kProducer, StatusCode::kOk),
                Make("root", 1, 0, 10, SpanKind::kServer)}),
      "root SERVER\n"
      "  first PRODUCER OK\n"
      "  second CLIENT ERROR\n"
      "    grandchild INTERNAL\n");
}

TEST(SpanTreeTest, KeepsTheOrderOfSpansThatStartTogether) {
  EXPECT_EQ(SpanTree({Make("a", 1, 0, 10), Make("b", 2, 0, 10),
                      Make("c", 3, 0, 10, SpanKind::kConsumer)}),
            "a INTERNAL\nb INTERNAL\nc CONSUMER\n");
}

TEST(SpanTreeTest, SaysWhereAParentIsMissing) {
  EXPECT_EQ(SpanTree({Make("orphan", 1, 99, 10), Make("child", 2, 1, 20)}),
            "orphan INTERNAL (parent elsewhere)\n"
            "  child INTERNAL\n");
}

TEST(SpanTreeTest, ShowsSpansThatAreTheirOwnAncestors) {
  EXPECT_EQ(SpanTree({Make("self", 1, 1, 10)}),
            "self INTERNAL (its own ancestor)\n");
  EXPECT_EQ(SpanTree({Make("root", 9, 0, 5), Make("a", 1, 2, 10),
                      Make("b", 2, 1, 20), Make("leaf", 3, 2, 30)}),
            "root INTERNAL\n"
            "a INTERNAL (its own ancestor)\n"
            "  b INTERNAL\n"
            "    leaf INTERNAL\n");
}

TEST(SpanTreeTest, ShowsEachOfSeveralSpansWithOneId) {
  EXPECT_EQ(SpanTree({Make("root", 1, 0, 10), Make("twin", 2, 1, 20),
                      Make("twin", 2, 1, 30), Make("child", 3, 2, 40)}),
            "root INTERNAL\n"
            "  twin INTERNAL\n"
            "    child INTERNAL\n"
            "  twin INTERNAL\n");
}

TEST(SpanTreeTest, KeepsTracesApart) {
  FinishedSpan other = Make("other trace", 1, 0, 20);
  other.trace_id = TraceId(2, 2);
  EXPECT_EQ(SpanTree({Make("root", 1, 0, 10), other, Make("child", 2, 1, 30)}),
            "root INTERNAL\n"
            "  child INTERNAL\n"
            "other trace INTERNAL\n");
}

}  // namespace
}  // namespace waybill
