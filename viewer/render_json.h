// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A trace as JSON for programs: the same lines, critical path, verdict and
// notes as the text has. The page draws it; `waybill show --format=json`
// prints it.
//
//   std::string json = waybill::RenderJson(report, /*both=*/false);
//
//   {"traceId": "4bf9...", "status": "OK", "spans": 16,
//    "startUnixNano": "1700000000000000000", "durationNanos": 1200000000,
//    "root": 0,
//    "verdict": {"kind": "OK", "text": "...", "details": [], "line": 4},
//    "notes": [],
//    "resources": [{"service": "frontend", "attributes": [...],
//                   "lostSpans": 0, "clockOffsetNanos": 0}],
//    "ticks": [0, 250000000],
//    "lines": [{"name": "POST /checkout", "service": "frontend",
//               "resource": 0, "parent": null, "depth": 0,
//               "status": "OK", "tone": "ok", "flags": [],
//               "startNanos": 0, "durationNanos": 1200000000,
//               "onPath": true, "selfNanos": 260000000,
//               "spans": [{...}, {...}]}]}
//
// root, parent and the verdict's line are places in lines, or null. A line has
// one span, or two: the client's half and the server's. Times are
// nanoseconds from the trace's start. tone is "ok", "declined" or "failed".
// Attributes are {"key", "value", "type"} with the value as people read it.
//
// A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_RENDER_JSON_H_
#define WAYBILL_VIEWER_RENDER_JSON_H_

#include <string>

#include "waybill/viewer/trace_report.h"

namespace waybill {

// One line, without a newline at its end.
std::string RenderJson(const TraceReport& report, bool both);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_RENDER_JSON_H_
