// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/composite_propagator.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "waybill/propagation/carrier.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"

namespace waybill {
namespace {

using Properties = std::map<std::string, std::string>;

// Writes its name under its key, and takes a span id of its own where it finds
// the key.
class FakePropagator : public Propagator {
 public:
  FakePropagator(std::string key, std::string name, uint64_t id)
      : key_(std::move(key)), name_(std::move(name)), id_(id) {}

  void Inject(const Context&, CarrierWriter& carrier) const override {
    carrier.Set(key_, name_);
  }

  void Extract(const CarrierReader& carrier, Context* context,
               ExtractCounts* counts) const override {
    carrier.Get(key_, [&](absl::string_view) {
      context->span_context = SpanContext(TraceId(1, 2), SpanId(id_), 0);
      ++counts->invalid_trace_context;
    });
  }

  std::vector<std::string> Fields() const override { return {key_, "shared"}; }

 private:
  const std::string key_;
  const std::string name_;
  const uint64_t id_;
};

std::unique_ptr<CompositePropagator> MakeComposite() {
  std::vector<std::unique_ptr<const Propagator>> parts;
  parts.push_back(std::make_unique<FakePropagator>("a", "first", 1));
  parts.push_back(std::make_unique<FakePropagator>("b", "second", 2));
  parts.push_back(std::make_unique<FakePropagator>("a", "third", 3));
  return std::make_unique<CompositePropagator>(std::move(parts));
}

TEST(CompositePropagatorTest, InjectsEachPartInOrder) {
  Properties properties;
  MapWriter writer(&properties);
  MakeComposite()->Inject(Context(), writer);
  EXPECT_EQ(properties, Properties({{"a", "third"}, {"b", "second"}}));
}

TEST(CompositePropagatorTest,
     ExtractsEachPartAndTheLastThatFindsSomethingWins) {
  const Properties both = {{"a", ""}, {"b", ""}};
  const Properties second = {{"b", ""}};
  ExtractCounts counts;
  Context context;
  MakeComposite()->Extract(MapReader(both), &context, &counts);
  EXPECT_EQ(context.span_context.span_id(), SpanId(3));
  EXPECT_EQ(counts.invalid_trace_context, 3u) << "counts are handed to all";
  MakeComposite()->Extract(MapReader(second), &context, &counts);
  EXPECT_EQ(context.span_context.span_id(), SpanId(2));
}

TEST(CompositePropagatorTest, NamesEachFieldOnce) {
  EXPECT_EQ(MakeComposite()->Fields(),
            std::vector<std::string>({"a", "shared", "b"}));
}

TEST(CompositePropagatorTest, DoesNothingWithoutParts) {
  const CompositePropagator none({});
  Properties properties = {{"traceparent", "x"}};
  MapWriter writer(&properties);
  Context context{SpanContext(TraceId(1, 2), SpanId(3), 0), Baggage()};
  none.Inject(context, writer);
  none.Extract(MapReader(properties), &context);
  EXPECT_EQ(properties, Properties({{"traceparent", "x"}}));
  EXPECT_EQ(context.span_context.span_id(), SpanId(3));
  EXPECT_TRUE(none.Fields().empty());
}

}  // namespace
}  // namespace waybill
