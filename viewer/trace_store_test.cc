// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_store.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "waybill/viewer/trace_builder.h"

namespace waybill {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr SettleOptions kAtOnce = {1, absl::ZeroDuration()};
constexpr SettleOptions kNever = {1, absl::Hours(1)};

std::string Id(int number) { return absl::StrFormat("%032x", number); }

// A trace of so many spans, all children of the first.
TraceBuilder Make(int number, int spans = 1) {
  TraceBuilder trace(Id(number));
  trace.Service("service");
  trace.Add(kServer, "root", 1, 0, 0, 10);
  for (int i = 2; i <= spans; ++i) {
    trace.Add(kInternal, "child", static_cast<uint64_t>(i), 1, 0, 10);
  }
  return trace;
}

AddResult Add(TraceStore& store, TraceBuilder trace) {
  return store.Add(trace.data().resource_spans());
}

std::vector<std::string> Ids(const std::vector<TraceSummary>& summaries) {
  std::vector<std::string> ids;
  for (const TraceSummary& summary : summaries) {
    ids.push_back(summary.trace_id);
  }
  return ids;
}

// What every store owes its user.
void ExpectCountsAddUp(const TraceStore& store) {
  const StoreCounters counters = store.Counters();
  uint64_t held = 0;
  for (const TraceSummary& summary : store.List()) held += summary.spans;
  EXPECT_EQ(counters.received, held + counters.duplicates +
                                   counters.no_trace_id + counters.over_limits +
                                   counters.evicted);
}

TEST(TraceStoreTest, PutsATraceTogetherFromItsBatches) {
  TraceStore store{TraceStoreOptions()};
  const TraceBuilder checkout = NormalCheckout();
  // As exporters send it: each process by itself, in any order.
  TraceBuilder copy = checkout;
  for (int i = copy.data().resource_spans_size() - 1; i >= 0; --i) {
    opentelemetry::proto::trace::v1::TracesData batch;
    *batch.add_resource_spans() = copy.data().resource_spans(i);
    EXPECT_EQ(store.Add(batch.resource_spans()).refused, 0u);
  }
  const absl::optional<StoredTrace> trace = store.Get(TraceBuilder::kTraceId);
  ASSERT_TRUE(trace.has_value());
  EXPECT_EQ(trace->summary.root_name, "POST /checkout");
  EXPECT_EQ(trace->summary.root_service, "frontend");
  EXPECT_EQ(trace->summary.spans, 16u);
  EXPECT_EQ(trace->summary.services.size(), 8u);
  EXPECT_EQ(trace->summary.end - trace->summary.start, 1200 * 1000000);
  EXPECT_TRUE(trace->summary.complete);
  EXPECT_FALSE(trace->summary.failed);
  EXPECT_EQ(trace->summary.status, "OK");
  EXPECT_EQ(trace->data.resource_spans_size(), 8);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, ListsNewestFirstByTheFirstSpan) {
  TraceStore store{TraceStoreOptions()};
  EXPECT_EQ(store.LastId(), "");
  EXPECT_THAT(store.List(), IsEmpty());
  Add(store, Make(1));
  Add(store, Make(2));
  TraceBuilder late(Id(1));
  late.Service("worker").Add(kConsumer, "late", 9, 1, 20, 30);
  Add(store, late);
  EXPECT_THAT(Ids(store.List()), ElementsAre(Id(2), Id(1)));
  EXPECT_EQ(store.LastId(), Id(2));
}

TEST(TraceStoreTest, FindsTracesByTheBeginningOfTheirIds) {
  TraceStore store{TraceStoreOptions()};
  TraceBuilder first("ab01" + std::string(28, '0'));
  TraceBuilder second("ab02" + std::string(28, '0'));
  first.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  second.Service("a").Add(kServer, "x", 1, 0, 0, 1);
  Add(store, first);
  Add(store, second);
  EXPECT_EQ(store.IdsStartingWith("ab").size(), 2u);
  EXPECT_THAT(store.IdsStartingWith("ab02"),
              ElementsAre("ab02" + std::string(28, '0')));
  EXPECT_THAT(store.IdsStartingWith("b"), IsEmpty());
}

TEST(TraceStoreTest, EvictsTheTraceThatWasUpdatedLongestAgo) {
  TraceStoreOptions options;
  options.max_traces = 2;
  TraceStore store(options);
  Add(store, Make(1, 3));
  Add(store, Make(2, 5));
  Add(store, Make(1, 4));  // Three duplicates and one that is new.
  Add(store, Make(3));
  EXPECT_THAT(Ids(store.List()), ElementsAre(Id(3), Id(1)));
  EXPECT_FALSE(store.Get(Id(2)).has_value());
  const StoreCounters counters = store.Counters();
  EXPECT_EQ(counters.evicted_traces, 1u);
  EXPECT_EQ(counters.evicted, 5u);
  EXPECT_EQ(counters.duplicates, 3u);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, EvictsToStayWithinItsBytes) {
  TraceStoreOptions options;
  options.max_bytes = 100 << 10;
  TraceStore store(options);
  for (int i = 1; i <= 200; ++i) {
    Add(store, Make(i, 5));
    ASSERT_LE(store.Bytes(), options.max_bytes);
  }
  EXPECT_GT(store.Counters().evicted_traces, 0u);
  EXPECT_EQ(store.LastId(), Id(200));
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, RefusesWhatATraceMayNotHold) {
  TraceStoreOptions options;
  options.max_spans_per_trace = 10;
  TraceStore store(options);
  const AddResult result = Add(store, Make(1, 13));
  EXPECT_EQ(result.refused, 3u);
  EXPECT_EQ(result.reason, "a trace is as large as the viewer keeps them");
  EXPECT_EQ(store.List()[0].spans, 10u);
  EXPECT_EQ(store.List()[0].refused, 3u);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, RefusesASpanThatIsLargerThanATraceMayBe) {
  TraceStoreOptions options;
  options.max_bytes = 40 << 10;
  options.max_traces = 5;
  TraceStore store(options);
  for (int i = 1; i <= 20; ++i) {
    TraceBuilder trace(Id(i));
    SetText(trace.Service("a").Add(kServer, "huge", 1, 0, 0, 1), "blob",
            std::string(20 << 10, 'x'));
    EXPECT_EQ(Add(store, trace).refused, 1u);
  }
  EXPECT_LE(store.List().size(), options.max_traces);
  EXPECT_EQ(store.Bytes(), 0u);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, RefusesSpansWithoutATraceId) {
  TraceStore store{TraceStoreOptions()};
  TraceBuilder trace = Make(1, 2);
  OtlpSpan& span = *trace.batch().mutable_scope_spans(0)->mutable_spans(1);
  for (const std::string& id :
       {std::string(), std::string(16, '\0'), std::string(40, 'x')}) {
    span.set_trace_id(id);
    const AddResult result = Add(store, trace);
    EXPECT_EQ(result.refused, 1u);
    EXPECT_EQ(result.reason, "a span had no usable trace id");
  }
  EXPECT_EQ(store.Counters().no_trace_id, 3u);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, IgnoresABatchThatComesAgain) {
  TraceStore store{TraceStoreOptions()};
  Add(store, NormalCheckout());
  const size_t bytes = store.Bytes();
  EXPECT_EQ(Add(store, NormalCheckout()).refused, 0u) << "not worth a retry";
  EXPECT_EQ(store.List()[0].spans, 16u);
  EXPECT_EQ(store.List()[0].duplicates, 16u);
  EXPECT_EQ(store.Bytes(), bytes);
  ExpectCountsAddUp(store);
}

TEST(TraceStoreTest, KeepsBothHalvesOfACallThatShareAnId) {
  TraceStore store{TraceStoreOptions()};
  TraceBuilder trace;
  trace.Service("a").Add(kClient, "call", 1, 0, 0, 10);
  trace.Service("b").Add(kServer, "call", 1, 0, 1, 9);
  Add(store, trace);
  EXPECT_EQ(store.List()[0].spans, 2u);
}

TEST(TraceStoreTest, IsCompleteWhenRootAndParentsAreThere) {
  TraceStore store{TraceStoreOptions()};
  TraceBuilder server;
  server.Service("b").Add(kServer, "call", 3, 2, 2, 8);
  Add(store, server);
  EXPECT_FALSE(store.List()[0].complete) << "no root";
  EXPECT_EQ(store.List()[0].root_name, "call") << "the best so far";
  TraceBuilder root;
  root.Service("a").Add(kServer, "root", 1, 0, 0, 10);
  Add(store, root);
  EXPECT_FALSE(store.List()[0].complete) << "the client's span is missing";
  EXPECT_EQ(store.List()[0].root_name, "root");
  TraceBuilder client;
  client.Service("a").Add(kClient, "call", 2, 1, 1, 9);
  Add(store, client);
  EXPECT_TRUE(store.List()[0].complete);
}

TEST(TraceStoreTest, WaitsUntilATraceIsFinished) {
  TraceStore store{TraceStoreOptions()};
  EXPECT_FALSE(store.WaitUntilSettled("", kAtOnce, absl::Milliseconds(1)))
      << "nothing there";
  std::thread sender([&store] {
    for (int spans = 1; spans <= 5; ++spans) Add(store, Make(7, spans));
  });
  EXPECT_TRUE(store.WaitUntilSettled(
      Id(7), SettleOptions{5, absl::Milliseconds(1)}, absl::Seconds(30)));
  EXPECT_EQ(store.List()[0].spans, 5u);
  sender.join();
  EXPECT_FALSE(store.WaitUntilSettled(Id(7), kNever, absl::Milliseconds(1)))
      << "not quiet for an hour yet";
  EXPECT_FALSE(store.WaitUntilSettled(Id(8), kAtOnce, absl::Milliseconds(1)))
      << "another trace";
}

TEST(TraceStoreTest, WaitsLongerForATraceWithAMissingParent) {
  TraceStore store{TraceStoreOptions()};
  TraceBuilder trace;
  trace.Service("a").Add(kServer, "called", 2, 1, 0, 10);
  Add(store, trace);
  const absl::Time start = absl::Now();
  EXPECT_TRUE(store.WaitUntilSettled(
      "", SettleOptions{1, absl::Milliseconds(20)}, absl::Seconds(30)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(70));
}

TEST(TraceStoreTest, HandsOutEachFinishedTraceOnce) {
  TraceStore store{TraceStoreOptions()};
  Add(store, Make(1));
  Add(store, Make(2));
  EXPECT_THAT(store.TakeSettled(kNever), IsEmpty());
  EXPECT_THAT(Ids(store.TakeSettled(kAtOnce)), ElementsAre(Id(1), Id(2)));
  Add(store, Make(1, 2));
  Add(store, Make(3));
  EXPECT_THAT(Ids(store.TakeSettled(kAtOnce)), ElementsAre(Id(3)));
}

TEST(TraceStoreTest, CountsAddUpWhenManySendAtOnce) {
  TraceStoreOptions options;
  options.max_traces = 8;
  options.max_spans_per_trace = 6;
  TraceStore store(options);
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 4; ++sender) {
    senders.emplace_back([&store, sender] {
      for (int i = 0; i < 100; ++i) Add(store, Make(1 + (i + sender) % 20, 8));
    });
  }
  for (int i = 0; i < 100; ++i) store.List();
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(store.Counters().received, 3200u);
  EXPECT_LE(store.List().size(), 8u);
  ExpectCountsAddUp(store);
}

}  // namespace
}  // namespace waybill
