// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/web_routes.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/page/page.h"
#include "waybill/viewer/render_json.h"
#include "waybill/viewer/trace_report.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kTracesPath = "/api/traces";
constexpr absl::Duration kLongestWait = absl::Seconds(60);
// How long a stop may go unnoticed.
constexpr absl::Duration kWaitSlice = absl::Milliseconds(100);

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

WebReply Error(int status, const std::string& message) {
  return {status, "application/json", Dump({{"error", message}})};
}

std::string Parameter(const WebRequest& request, const std::string& name) {
  const auto found = request.parameters.find(name);
  return found == request.parameters.end() ? std::string() : found->second;
}

Json SummaryJson(const TraceSummary& summary) {
  return {{"traceId", summary.trace_id},
          {"name", summary.root_name},
          {"service", summary.root_service},
          {"services", summary.services},
          {"spans", summary.spans},
          {"startUnixNano", std::to_string(summary.start)},
          {"durationNanos", summary.end - summary.start},
          {"status", summary.status},
          {"failed", summary.failed},
          {"complete", summary.complete},
          {"duplicates", summary.duplicates},
          {"refused", summary.refused}};
}

WebReply ListTraces(const TraceStore& store) {
  const StoreCounters counters = store.Counters();
  Json json = {{"traces", Json::array()},
               {"counters",
                {{"received", counters.received},
                 {"duplicates", counters.duplicates},
                 {"noTraceId", counters.no_trace_id},
                 {"overLimits", counters.over_limits},
                 {"evicted", counters.evicted},
                 {"evictedTraces", counters.evicted_traces}}}};
  for (const TraceSummary& summary : store.List()) {
    json["traces"].push_back(SummaryJson(summary));
  }
  return {200, "application/json", Dump(json)};
}

void Wait(const TraceStore& store, const std::string& id,
          const SettleOptions& settle, absl::Duration time,
          const std::atomic<bool>& stopping) {
  const absl::Time deadline = absl::Now() + time;
  for (absl::Duration left = time; left > absl::ZeroDuration() && !stopping;
       left = deadline - absl::Now()) {
    if (store.WaitUntilSettled(id, settle, std::min(left, kWaitSlice))) return;
  }
}

// Waits if asked to. False, with *error set, if a parameter is wrong.
bool WaitAsAsked(const WebRequest& request, const std::string& id,
                 const TraceStore& store, const std::atomic<bool>& stopping,
                 WebReply* error) {
  const std::string wait = Parameter(request, "wait");
  const std::string spans = Parameter(request, "spans");
  SettleOptions settle;
  double seconds = 0;
  uint32_t min_spans = 1;
  if (!wait.empty() && !(absl::SimpleAtod(wait, &seconds) && seconds >= 0)) {
    *error = Error(400, absl::StrCat("wait: expected seconds, found ", wait));
    return false;
  }
  if (!spans.empty() && !absl::SimpleAtoi(spans, &min_spans)) {
    *error =
        Error(400, absl::StrCat("spans: expected a number, found ", spans));
    return false;
  }
  settle.min_spans = min_spans;
  Wait(store, id, settle, std::min(absl::Seconds(seconds), kLongestWait),
       stopping);
  return true;
}

WebReply OneTrace(const WebRequest& request, absl::string_view path,
                  const TraceStore& store, const std::atomic<bool>& stopping) {
  const bool view = absl::ConsumeSuffix(&path, "/view");
  std::string id(path);
  const bool last = id == "last";
  WebReply error;
  if (!WaitAsAsked(request, last ? std::string() : id, store, stopping,
                   &error)) {
    return error;
  }
  if (last) {
    id = store.LastId();
    if (id.empty()) return Error(404, "no trace has come yet");
  } else {
    const std::vector<std::string> ids = store.IdsStartingWith(id);
    if (ids.empty() || id.empty()) {
      return Error(404, absl::StrCat("no trace ", id, " is here"));
    }
    if (ids.size() > 1) {
      return Error(404, absl::StrCat(ids.size(), " traces begin with ", id));
    }
    id = ids[0];
  }
  const absl::optional<StoredTrace> trace = store.Get(id);
  if (!trace.has_value()) return Error(404, absl::StrCat(id, " is gone"));
  if (!view) return {200, "application/json", WriteOtlpJson(trace->data)};
  return {200, "application/json",
          RenderJson(MakeReport(trace->data, id),
                     Parameter(request, "both") == "1")};
}

}  // namespace

WebReply Answer(const WebRequest& request, const TraceStore& store,
                const std::atomic<bool>& stopping) {
  if (request.method != "GET" && request.method != "HEAD") {
    return Error(405, "there is nothing to change here: GET only");
  }
  for (const PageFile& file : PageFiles()) {
    if (request.path == file.path) {
      return {200, file.content_type, std::string(file.content)};
    }
  }
  absl::string_view path = request.path;
  if (path == kTracesPath) return ListTraces(store);
  if (absl::ConsumePrefix(&path, kTracesPath) &&
      absl::ConsumePrefix(&path, "/")) {
    return OneTrace(request, path, store, stopping);
  }
  return Error(404, absl::StrCat("nothing is at ", request.path));
}

}  // namespace waybill
