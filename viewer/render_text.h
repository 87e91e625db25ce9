// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A trace as text for a terminal or a file.
//
//   waybill::RenderOptions options;
//   options.width = 80;
//   std::cout << waybill::RenderText(report, options);
//
// prints the tree, the waterfall, the verdict, what was lost or corrected, and
// the trace's id. Each line ends in a newline and, short of a verdict or note
// that wraps nowhere, is no wider than asked. What peers sent is escaped.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_RENDER_TEXT_H_
#define WAYBILL_VIEWER_RENDER_TEXT_H_

#include <string>

#include "waybill/viewer/text_style.h"
#include "waybill/viewer/trace_report.h"

namespace waybill {

// All of it.
std::string RenderText(const TraceReport& report, const RenderOptions& options);

// Span, service, duration and status of each line; the critical path marked.
std::string RenderTree(const TraceReport& report, const RenderOptions& options);

// The same lines as bars against one time axis. Where a line is both halves of
// a call, the bar is solid while the server was at it and light while the call
// was on its way.
std::string RenderWaterfall(const TraceReport& report,
                            const RenderOptions& options);

// Verdict, notes and trace id.
std::string RenderVerdict(const TraceReport& report,
                          const RenderOptions& options);

// The tree for tests to compare: service, name, kind and status of each line,
// two spaces a level, siblings by start, no times:
//
//   frontend POST /checkout SERVER OK
//     frontend auth.Auth/Verify CLIENT OK
//       auth auth.Auth/Verify SERVER OK
//
// With both = false the two halves of a call are a line of kind CLIENT+SERVER
// and of the server's service. A stand-in is "(missing parent)"; what began
// after its parent had ended has " (afterwards)" at its end, what was cut from
// a cycle " (cycle)", a root whose parent is missing " (missing parent)".
std::string RenderOutline(const TraceReport& report, bool both = true);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_RENDER_TEXT_H_
