// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/propagators.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"

namespace waybill {
namespace {

using Fields = std::vector<std::string>;
using Properties = std::map<std::string, std::string>;

TEST(MakePropagatorTest, MakesWhatTheListNames) {
  const Fields trace_context = {"traceparent", "tracestate"};
  const Fields both = {"traceparent", "tracestate", "baggage"};
  const struct {
    const char* reason;
    const char* names;
    Fields fields;
  } kCases[] = {
      {"the default", "tracecontext,baggage", both},
      {"empty means the default", "", both},
      {"nothing but commas and space means the default", " , ,", both},
      {"one of them", "tracecontext", trace_context},
      {"the other", "baggage", {"baggage"}},
      {"the list's order",
       "baggage,tracecontext",
       {"baggage", "traceparent", "tracestate"}},
      {"white space and empty items", " tracecontext ,, baggage\t", both},
      {"duplicates", "tracecontext,baggage,tracecontext", both},
      {"case", "TraceContext,BAGGAGE", both},
      {"none", "none", {}},
      {"none twice", "none,none", {}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const auto propagator = MakePropagator(c.names);
    ASSERT_TRUE(propagator.ok()) << propagator.status();
    EXPECT_EQ((*propagator)->Fields(), c.fields);
  }
}

TEST(MakePropagatorTest, ADuplicateInjectsAndCountsOnce) {
  const auto propagator = MakePropagator("tracecontext,tracecontext");
  ASSERT_TRUE(propagator.ok()) << propagator.status();
  const Properties properties = {{"traceparent", "?"}};
  Context context;
  ExtractCounts counts;
  (*propagator)->Extract(MapReader(properties), &context, &counts);
  EXPECT_EQ(counts.invalid_trace_context, 1u);
}

TEST(MakePropagatorTest, NamesTheValueAndWhatIsAllowedInAnError) {
  const struct {
    const char* reason;
    const char* names;
    const char* message;
  } kCases[] = {
      {"unknown name", "tracecontext,b3",
       "unknown propagator \"b3\" in \"tracecontext,b3\": allowed are "
       "tracecontext, baggage, or none by itself"},
      {"space instead of a comma", "tracecontext baggage",
       "unknown propagator \"tracecontext baggage\" in \"tracecontext "
       "baggage\": allowed are tracecontext, baggage, or none by itself"},
      {"line end inside, kept on one line", "b\n3",
       "unknown propagator \"b\\n3\" in \"b\\n3\": allowed are tracecontext, "
       "baggage, or none by itself"},
      {"none beside others", "none,baggage",
       "propagator \"none\" beside others in \"none,baggage\": allowed are "
       "tracecontext, baggage, or none by itself"},
      {"others beside none", "baggage,none",
       "propagator \"none\" beside others in \"baggage,none\": allowed are "
       "tracecontext, baggage, or none by itself"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const auto propagator = MakePropagator(c.names);
    EXPECT_EQ(propagator.status(), absl::InvalidArgumentError(c.message));
  }
}

TEST(MakePropagatorTest, CarriesAContextThroughAMessagesProperties) {
  const auto propagator = MakePropagator(kDefaultPropagators);
  ASSERT_TRUE(propagator.ok()) << propagator.status();
  const Context sent{
      SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag | kRandomFlag,
                  /*is_remote=*/true, TraceState::Parse("foo=1")),
      Baggage().Set("tenant", "acme corp")};
  Properties properties;
  MapWriter writer(&properties);
  (*propagator)->Inject(sent, writer);
  Context received;
  (*propagator)->Extract(MapReader(properties), &received);
  EXPECT_EQ(received.span_context, sent.span_context);
  EXPECT_EQ(received.baggage.ToString(), "tenant=acme%20corp");
}

}  // namespace
}  // namespace waybill
