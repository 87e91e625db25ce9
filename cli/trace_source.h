// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Where `waybill show` gets traces from: a running viewer, or a file of OTLP
// JSON lines.
//
//   waybill::LoadedTraces traces =
//       waybill::LoadTraces("http://127.0.0.1:16680", "last");
//   if (!traces.status.ok()) return Fail(traces.status);
//
// Blocks until all of it is read, for 30 s at the most with a viewer.
#ifndef WAYBILL_CLI_TRACE_SOURCE_H_
#define WAYBILL_CLI_TRACE_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "viewer/otlp/trace.pb.h"

namespace waybill {

struct LoadedTrace {
  std::string trace_id;
  opentelemetry::proto::trace::v1::TracesData data;
};

struct LoadedTraces {
  // NOT_FOUND or UNAVAILABLE with a message for the user.
  absl::Status status;
  std::vector<LoadedTrace>
      traces;  // Newest first; one at least if status.ok().
  // Lines of a file that could not be read and were skipped.
  std::vector<std::string> warnings;
};

// from is a viewer's http:// URL, a file's name, or "-" for standard input.
// which is "last", "all", or the beginning of a trace's id.
LoadedTraces LoadTraces(const std::string& from, const std::string& which);

}  // namespace waybill

#endif  // WAYBILL_CLI_TRACE_SOURCE_H_
