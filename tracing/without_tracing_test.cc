// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What works in a process that has no Tracing, such as one whose tracing could
// not be started.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "waybill/propagation/map_carrier.h"
#include "waybill/recorder/scope.h"
#include "waybill/tracing/tracing.h"

namespace waybill {
namespace {

using Headers = std::map<std::string, std::string>;

TEST(WithoutTracingTest, NothingIsExtractedInjectedOrRecorded) {
  const Headers headers = {
      {"traceparent",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
  const Context context = Extract(MapReader<Headers>(headers));
  EXPECT_FALSE(context.span_context.IsValid());
  ScopedSpan span("work");
  EXPECT_FALSE(span->IsRecording());
  Headers written;
  MapWriter<Headers> writer(&written);
  Inject(writer);
  EXPECT_TRUE(written.empty());
}

}  // namespace
}  // namespace waybill
