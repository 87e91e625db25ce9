// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/sampler.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace waybill {
namespace {

constexpr uint64_t kRandomValues = uint64_t{1} << 56;

bool Samples(const Sampler& sampler, const TraceId& trace_id,
             const SpanContext& parent = SpanContext()) {
  return sampler.ShouldSample({parent, trace_id, "name", SpanKind::kServer});
}

SpanContext Parent(uint8_t flags, bool is_remote) {
  return SpanContext(TraceId(1, 1), SpanId(1), flags, is_remote);
}

TEST(SamplerTest, DecidesByItsRuleAlone) {
  EXPECT_TRUE(Samples(*AlwaysOn(), TraceId(0, 1)));
  EXPECT_TRUE(Samples(*AlwaysOn(), TraceId(0, 1), Parent(0, true)));
  EXPECT_FALSE(Samples(*AlwaysOff(), TraceId(~0ull, ~0ull)));
  EXPECT_FALSE(
      Samples(*AlwaysOff(), TraceId(1, 1), Parent(kSampledFlag, true)));
}

TEST(TraceIdRatioTest, KeepsTheUpperPartOfTheRandomBits) {
  const struct {
    double ratio;
    uint64_t low;
    bool kept;
    const char* reason;
  } kCases[] = {
      {1, 0, true, "all: even the smallest"},
      {1, kRandomValues - 1, true, "all: even the largest"},
      {0, 0, false, "none"},
      {0, kRandomValues - 1, false, "none: not even the largest"},
      {0.5, kRandomValues / 2, true, "the first of the upper half"},
      {0.5, kRandomValues / 2 - 1, false, "the last of the lower half"},
      {0.25, kRandomValues / 4 * 3, true, "the first of the last quarter"},
      {0.25, kRandomValues / 4 * 3 - 1, false, "just below it"},
      {0.5, ~uint64_t{0} << 56, false, "the eighth byte is no part of it"},
      {std::ldexp(1.0, -50), kRandomValues - 1, true, "few, but not none"},
      {2, 0, true, "above one counts as one"},
      {-1, kRandomValues - 1, false, "below zero counts as zero"},
      {std::numeric_limits<double>::infinity(), 0, true, "infinite: one"},
      {std::nan(""), kRandomValues - 1, false, "no number: zero"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(Samples(*TraceIdRatioBased(test.ratio), TraceId(5, test.low)),
              test.kept)
        << test.reason;
  }
}

TEST(TraceIdRatioTest, SmallerRatioKeepsASubset) {
  const auto few = TraceIdRatioBased(0.1);
  const auto many = TraceIdRatioBased(0.3);
  int kept = 0;
  for (uint64_t i = 0; i < 1000; ++i) {
    const TraceId id(1, i * (kRandomValues / 1000));
    if (Samples(*few, id)) {
      EXPECT_TRUE(Samples(*many, id)) << i;
      ++kept;
    }
  }
  EXPECT_NEAR(kept, 100, 1);
}

TEST(TraceIdRatioTest, DoesNotAskTheParent) {
  EXPECT_TRUE(Samples(*TraceIdRatioBased(1), TraceId(1, 1), Parent(0, true)));
}

TEST(ParentBasedTest, DoesAsTheParentDid) {
  const struct {
    SpanContext parent;
    bool root_keeps;
    bool kept;
    const char* reason;
  } kCases[] = {
      {SpanContext(), true, true, "no parent: the root sampler says yes"},
      {SpanContext(), false, false, "no parent: the root sampler says no"},
      {Parent(kSampledFlag, true), false, true, "remote, sampled"},
      {Parent(0, true), true, false, "remote, not sampled"},
      {Parent(kSampledFlag, false), false, true, "local, sampled"},
      {Parent(0, false), true, false, "local, not sampled"},
      {Parent(kRandomFlag, true), true, false, "another flag says nothing"},
      {SpanContext(TraceId(1, 1), SpanId(), kSampledFlag), false, false,
       "half a parent is none"},
  };
  for (const auto& test : kCases) {
    const auto sampler =
        ParentBased(test.root_keeps ? AlwaysOn() : AlwaysOff());
    EXPECT_EQ(Samples(*sampler, TraceId(1, 1), test.parent), test.kept)
        << test.reason;
  }
}

TEST(SamplerTest, DescribesItself) {
  EXPECT_EQ(AlwaysOn()->Description(), "AlwaysOn");
  EXPECT_EQ(AlwaysOff()->Description(), "AlwaysOff");
  EXPECT_EQ(ParentBased(TraceIdRatioBased(0.01))->Description(),
            "ParentBased{TraceIdRatioBased{0.01}}");
  EXPECT_EQ(TraceIdRatioBased(7)->Description(), "TraceIdRatioBased{1}");
}

}  // namespace
}  // namespace waybill
