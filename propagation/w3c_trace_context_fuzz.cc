// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The input's first line is a traceparent, each further one a tracestate.

#include <map>
#include <string>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"
#include "waybill/propagation/w3c_trace_context.h"
#include "waybill/tools/fuzz_target.h"

using waybill::FuzzRequire;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A string, since StrSplit() makes no piece at all of a view of null, which
  // data may be.
  const std::string input(reinterpret_cast<const char*>(data), size);
  std::multimap<std::string, std::string> headers;
  for (absl::string_view line : absl::StrSplit(input, '\n')) {
    headers.emplace(headers.empty() ? "traceparent" : "tracestate", line);
  }

  waybill::W3cTraceContextPropagator propagator;
  waybill::Context parsed;
  waybill::ExtractCounts counts;
  propagator.Extract(waybill::MapReader(headers), &parsed, &counts);
  const waybill::SpanContext& context = parsed.span_context;
  FuzzRequire(context.IsValid() == (counts.invalid_trace_context == 0),
              "a traceparent is used or counted", input);
  if (!context.IsValid()) return 0;
  FuzzRequire(context.IsRemote() && context.trace_flags() <= 3,
              "what is extracted is remote and has known flags", input);

  std::map<std::string, std::string> written;
  waybill::MapWriter writer(&written);
  propagator.Inject(parsed, writer);
  FuzzRequire(written["traceparent"].size() == waybill::kTraceparentChars &&
                  written["traceparent"].substr(0, 3) == "00-",
              "what is written is version 00", input);

  waybill::Context again;
  propagator.Extract(waybill::MapReader(written), &again, &counts);
  FuzzRequire(again.span_context == context, "what is written is read back",
              input);
  return 0;
}
