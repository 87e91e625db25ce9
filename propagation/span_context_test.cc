// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/span_context.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(SpanContextTest, IsInvalidUnlessBothIdsAreValid) {
  EXPECT_FALSE(SpanContext().IsValid());
  EXPECT_FALSE(SpanContext(TraceId(1, 2), SpanId(), 0).IsValid());
  EXPECT_FALSE(SpanContext(TraceId(), SpanId(3), 0).IsValid());
  EXPECT_TRUE(SpanContext(TraceId(1, 2), SpanId(3), 0).IsValid());
}

TEST(SpanContextTest, IsSampledByItsLowestFlagAlone) {
  EXPECT_FALSE(SpanContext(TraceId(1, 2), SpanId(3), 0xfe).IsSampled());
  EXPECT_TRUE(SpanContext(TraceId(1, 2), SpanId(3), 0x01).IsSampled());
  EXPECT_TRUE(SpanContext(TraceId(1, 2), SpanId(3), 0xff).IsSampled());
}

TEST(SpanContextTest, DiffersInEachOfItsParts) {
  const TraceState state = TraceState::Parse("foo=1");
  const SpanContext context(TraceId(1, 2), SpanId(3), 1, true, state);
  EXPECT_EQ(context, SpanContext(TraceId(1, 2), SpanId(3), 1, true, state));
  EXPECT_NE(context, SpanContext(TraceId(1, 9), SpanId(3), 1, true, state));
  EXPECT_NE(context, SpanContext(TraceId(1, 2), SpanId(9), 1, true, state));
  EXPECT_NE(context, SpanContext(TraceId(1, 2), SpanId(3), 0, true, state));
  EXPECT_NE(context, SpanContext(TraceId(1, 2), SpanId(3), 1, false, state));
  EXPECT_NE(context, SpanContext(TraceId(1, 2), SpanId(3), 1, true));
}

// The header says so, and spans hold many of them.
static_assert(sizeof(SpanContext) == 40 || sizeof(void*) != 8,
              "a SpanContext is 40 bytes");

}  // namespace
}  // namespace waybill
