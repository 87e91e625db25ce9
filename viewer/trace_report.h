// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// All that the viewer can say about a trace, worked out once and then shown as
// text, as JSON or on the page.
//
//   waybill::TraceReport report = waybill::MakeReport(data, trace_id);
//   std::cout << waybill::RenderText(report, waybill::RenderOptions());
//
// A plain value.
#ifndef WAYBILL_VIEWER_TRACE_REPORT_H_
#define WAYBILL_VIEWER_TRACE_REPORT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "viewer/otlp/trace.pb.h"
#include "waybill/viewer/critical_path.h"
#include "waybill/viewer/trace_notes.h"
#include "waybill/viewer/trace_tree.h"
#include "waybill/viewer/verdict.h"

namespace waybill {

struct TraceReport {
  TraceTree tree;
  CriticalPath path;
  Verdict verdict;
  std::vector<std::string> notes;
};

// Of the spans of data that are in the trace with that id; there may be none.
inline TraceReport MakeReport(
    const opentelemetry::proto::trace::v1::TracesData& data,
    absl::string_view trace_id) {
  TraceReport report;
  report.tree = BuildTraceTree(ReadTrace(data, trace_id));
  report.path = FindCriticalPath(report.tree);
  report.verdict = JudgeTrace(report.tree, report.path);
  report.notes = NotesOn(report.tree);
  return report;
}

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_REPORT_H_
