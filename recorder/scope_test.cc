// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/scope.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/recorder/test_tracer.h"

namespace waybill {
namespace {

SpanRef Ref(uint64_t id) {
  return SpanRef(SpanContext(TraceId(1, 1), SpanId(id), kSampledFlag));
}

uint64_t CurrentId() { return CurrentSpan().context().span_id().value(); }

TEST(ScopeTest, NothingIsCurrentAtFirst) {
  EXPECT_FALSE(CurrentSpan().context().IsValid());
  EXPECT_FALSE(CurrentSpan().IsRecording());
  EXPECT_TRUE(CurrentBaggage().empty());
  EXPECT_FALSE(CurrentContext().span_context.IsValid());
}

TEST(ScopeTest, ScopesNest) {
  {
    Scope outer(Ref(1));
    EXPECT_EQ(CurrentId(), 1u);
    {
      Scope inner(Ref(2));
      EXPECT_EQ(CurrentId(), 2u);
    }
    EXPECT_EQ(CurrentId(), 1u);
  }
  EXPECT_EQ(CurrentId(), 0u);
}

TEST(ScopeTest, ScopeOfNoSpanHidesTheOuterOne) {
  Scope outer(Ref(1));
  Scope none{SpanRef()};
  EXPECT_FALSE(CurrentSpan().context().IsValid());
}

TEST(ScopeTest, EndingOutOfTurnIsHarmless) {
  const std::vector<std::vector<int>> kOrders = {
      {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const std::vector<int>& order : kOrders) {
    std::unique_ptr<Scope> scopes[3];
    for (uint64_t i = 0; i < 3; ++i) {
      scopes[i] = std::make_unique<Scope>(Ref(i + 1));
    }
    for (const int ending : order) {
      scopes[ending].reset();
      uint64_t innermost = 0;
      for (uint64_t i = 0; i < 3; ++i) {
        if (scopes[i] != nullptr) innermost = i + 1;
      }
      EXPECT_EQ(CurrentId(), innermost) << "after scope " << ending;
    }
  }
}

TEST(ScopeTest, KeepsTheBaggageUnlessToldOtherwise) {
  const Baggage baggage = Baggage().Set("tenant", "acme");
  Scope outer(Ref(1), baggage);
  EXPECT_EQ(CurrentBaggage().ToString(), "tenant=acme");
  {
    Scope inner(Ref(2));
    EXPECT_EQ(CurrentBaggage().ToString(), "tenant=acme");
    EXPECT_EQ(CurrentContext().baggage.ToString(), "tenant=acme");
    EXPECT_EQ(CurrentContext().span_context, Ref(2).context());
  }
  {
    Scope inner(Ref(3), Baggage());
    EXPECT_TRUE(CurrentBaggage().empty());
  }
  EXPECT_EQ(CurrentBaggage().ToString(), "tenant=acme");
}

TEST(ScopeTest, MayOutliveItsSpan) {
  TestTracer test;
  Span span = test.tracer.StartSpan("span");
  Scope scope(span);
  CurrentSpan().SetAttribute("key", "in time");
  span.End();
  CurrentSpan().SetAttribute("key", "too late");
  EXPECT_EQ(CurrentSpan().context(), span.context()) << "still the parent";
  EXPECT_EQ(test.OnlyFinished().attributes.at("key"), "in time");
}

TEST(ScopeTest, BelongsToItsThread) {
  Scope scope(Ref(1));
  uint64_t elsewhere = 7;
  std::thread([&] { elsewhere = CurrentId(); }).join();
  EXPECT_EQ(elsewhere, 0u);
}

TEST(BindTest, CarriesSpanAndBaggageToAnotherThread) {
  std::string seen;
  const auto look = [&seen] {
    seen = std::to_string(CurrentId()) + " " + CurrentBaggage().ToString();
  };
  Scope other(Ref(9));
  auto bound = [&] {
    Scope scope(Ref(1), Baggage().Set("tenant", "acme"));
    return Bind(look);
  }();
  std::thread(bound).join();
  EXPECT_EQ(seen, "1 tenant=acme");
  bound();
  EXPECT_EQ(seen, "1 tenant=acme") << "also where another one is current";
  EXPECT_EQ(CurrentId(), 9u);
}

TEST(BindTest, PassesArgumentsAndResultsThrough) {
  auto add = Bind([sum = 0](int a, std::unique_ptr<int> b) mutable {
    return sum += a + *b;
  });
  EXPECT_EQ(add(1, std::make_unique<int>(2)), 3);
  EXPECT_EQ(add(1, std::make_unique<int>(2)), 6);
  int value = 5;
  auto reference = Bind([&value]() -> int& { return value; });
  reference() = 6;
  EXPECT_EQ(value, 6);
  auto in_place = Bind([](int& out) { out = 7; });
  in_place(value);
  EXPECT_EQ(value, 7);
}

TEST(ScopedSpanTest, IsCurrentAsLongAsItLives) {
  TestTracer test;
  Tracer::SetDefault(&test.tracer);
  {
    ScopedSpan outer("outer");
    ScopedSpan inner("inner");
    inner->SetAttribute("key", 1);
    EXPECT_EQ(CurrentSpan().context(), (*inner).context());
  }
  Tracer::SetDefault(nullptr);
  EXPECT_FALSE(CurrentSpan().context().IsValid());
  const std::vector<FinishedSpan> spans = test.Finished();
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].name, "inner");
  EXPECT_EQ(spans[0].attributes.at("key"), "1");
  EXPECT_EQ(spans[0].parent_span_id, spans[1].span_id);
}

}  // namespace
}  // namespace waybill
