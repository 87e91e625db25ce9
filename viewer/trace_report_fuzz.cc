// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Whatever a process sends is kept, analysed and shown, as waybill view and
// waybill show do it.

#include <string>

#include "absl/strings/string_view.h"
#include "viewer/otlp/trace.pb.h"
#include "waybill/tools/fuzz_target.h"
#include "waybill/viewer/render_json.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_report.h"
#include "waybill/viewer/trace_store.h"

using waybill::FuzzRequire;

namespace {

bool IsFitForATerminal(absl::string_view text) {
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte != '\n' && (byte < 0x20 || byte == 0x7f)) return false;
  }
  return true;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  opentelemetry::proto::trace::v1::TracesData message;
  if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
  waybill::TraceStore store{waybill::TraceStoreOptions()};
  store.Add(message.resource_spans());
  for (const waybill::TraceSummary& summary : store.List()) {
    const auto trace = store.Get(summary.trace_id);
    const waybill::TraceReport report =
        waybill::MakeReport(trace->data, summary.trace_id);
    int64_t self_times = 0;
    for (int64_t self_time : report.path.self_time) {
      FuzzRequire(self_time >= 0, "no self time is negative", input);
      self_times += self_time;
    }
    FuzzRequire(self_times == report.path.total,
                "self times on the path add up to the whole", input);
    FuzzRequire(report.tree.preorder.size() == report.tree.nodes.size(),
                "every span is in the tree once", input);
    waybill::RenderOptions options;
    FuzzRequire(IsFitForATerminal(RenderText(report, options)),
                "nothing that a terminal would obey gets through", input);
    options.ascii = true;
    FuzzRequire(IsFitForATerminal(RenderText(report, options)), "nor in ASCII",
                input);
    waybill::RenderJson(report, /*both=*/false);
  }
  return 0;
}
