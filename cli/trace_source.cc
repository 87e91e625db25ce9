// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/cli/trace_source.h"

#include <httplib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "waybill/viewer/otlp_json.h"
#include "waybill/viewer/span.h"
#include "waybill/viewer/trace_store.h"

namespace waybill {
namespace {

namespace otlp = opentelemetry::proto::trace::v1;
using Json = nlohmann::json;

constexpr time_t kConnectSeconds = 2;
constexpr time_t kReadSeconds = 30;

class RunningViewer {
 public:
  explicit RunningViewer(absl::string_view url)
      : url_(absl::StripSuffix(url, "/")), client_(url_) {
    client_.set_connection_timeout(kConnectSeconds);
    client_.set_read_timeout(kReadSeconds);
  }

  absl::StatusOr<std::vector<std::string>> Ids() {
    const absl::StatusOr<std::string> body = Get("/api/traces");
    if (!body.ok()) return body.status();
    const Json json = Json::parse(*body, nullptr, /*allow_exceptions=*/false);
    std::vector<std::string> ids;
    if (json.is_object() && json.contains("traces")) {
      for (const Json& trace : json["traces"]) {
        ids.push_back(trace.value("traceId", std::string()));
      }
    }
    if (ids.empty()) return absl::NotFoundError("no trace has come yet");
    return ids;
  }

  absl::StatusOr<LoadedTrace> Trace(const std::string& id) {
    const absl::StatusOr<std::string> body = Get("/api/traces/" + id);
    if (!body.ok()) return body.status();
    absl::StatusOr<otlp::TracesData> data = ReadOtlpJson(*body);
    if (!data.ok()) return NoViewer(data.status().message());
    LoadedTrace trace;
    for (const otlp::ResourceSpans& batch : data->resource_spans()) {
      for (const otlp::ScopeSpans& scope : batch.scope_spans()) {
        for (const otlp::Span& span : scope.spans()) {
          trace.trace_id = IdToHex(span.trace_id());
        }
      }
    }
    trace.data = *std::move(data);
    return trace;
  }

 private:
  absl::Status NoViewer(absl::string_view why) const {
    return absl::UnavailableError(
        absl::StrCat("no viewer answers at ", url_, " (", why,
                     "): start one with `waybill view`, or name another with "
                     "--from=URL, or a file of OTLP JSON with --from=FILE"));
  }

  absl::StatusOr<std::string> Get(const std::string& path) {
    const httplib::Result result = client_.Get(path.c_str());
    if (!result) return NoViewer(httplib::to_string(result.error()));
    if (result->status == 200) return result->body;
    const Json json =
        Json::parse(result->body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("error")) {
      return NoViewer(absl::StrCat("HTTP ", result->status));
    }
    return absl::NotFoundError(absl::StrCat(
        "the viewer at ", url_, " says: ", json.value("error", "")));
  }

  const std::string url_;
  httplib::Client client_;
};

LoadedTraces LoadFromViewer(const std::string& url, const std::string& which) {
  RunningViewer viewer(url);
  LoadedTraces loaded;
  std::vector<std::string> ids = {which};
  if (which == "all") {
    absl::StatusOr<std::vector<std::string>> all = viewer.Ids();
    if (!all.ok()) {
      loaded.status = all.status();
      return loaded;
    }
    ids = *std::move(all);
  }
  for (const std::string& id : ids) {
    absl::StatusOr<LoadedTrace> trace = viewer.Trace(id);
    if (!trace.ok()) {
      loaded.status = trace.status();
      return loaded;
    }
    loaded.traces.push_back(*std::move(trace));
  }
  return loaded;
}

absl::StatusOr<std::string> ReadAll(const std::string& path) {
  std::ifstream file;
  const bool standard_input = path == "-";
  if (!standard_input) {
    file.open(path, std::ios::binary);
    // A folder can be opened, but not read.
    if (!file || file.peek() == std::ifstream::traits_type::eof()) {
      if (!file.eof() || !file.is_open()) {
        return absl::NotFoundError(
            absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
      }
      file.clear();
    }
  }
  std::istream& in = standard_input ? std::cin : file;
  std::string text{std::istreambuf_iterator<char>(in),
                   std::istreambuf_iterator<char>()};
  if (in.bad()) {
    return absl::NotFoundError(
        absl::StrCat("cannot read ", path, ": ", std::strerror(errno)));
  }
  return text;
}

// A person chose the file, so it may be as large as it is.
TraceStoreOptions NoLimits() {
  TraceStoreOptions options;
  options.max_traces = std::numeric_limits<size_t>::max();
  options.max_spans_per_trace = std::numeric_limits<size_t>::max();
  options.max_bytes = std::numeric_limits<size_t>::max();
  return options;
}

LoadedTraces LoadFromFile(const std::string& path, const std::string& which) {
  LoadedTraces loaded;
  const absl::StatusOr<std::string> text = ReadAll(path);
  if (!text.ok()) {
    loaded.status = text.status();
    return loaded;
  }
  OtlpJsonLines lines = ReadOtlpJsonLines(*text);
  for (const std::string& error : lines.errors) {
    loaded.warnings.push_back(absl::StrCat(path, ": ", error));
  }
  TraceStore store(NoLimits());
  store.Add(lines.data.resource_spans());

  std::vector<std::string> ids;
  if (which == "all") {
    for (const TraceSummary& summary : store.List()) {
      ids.push_back(summary.trace_id);
    }
  } else if (which == "last") {
    const std::string last = store.LastId();
    if (!last.empty()) ids.push_back(last);
  } else {
    ids = store.IdsStartingWith(which);
    if (ids.size() > 1) {
      loaded.status = absl::NotFoundError(
          absl::StrCat(ids.size(), " traces begin with ", which));
      return loaded;
    }
  }
  if (ids.empty()) {
    const bool any = !store.List().empty();
    loaded.status = absl::NotFoundError(
        any ? absl::StrCat("no trace ", which, " is in ", path)
            : absl::StrCat("no trace is in ", path));
    return loaded;
  }
  for (const std::string& id : ids) {
    absl::optional<StoredTrace> trace = store.Get(id);
    loaded.traces.push_back({id, std::move(trace->data)});
  }
  return loaded;
}

}  // namespace

LoadedTraces LoadTraces(const std::string& from, const std::string& which) {
  return absl::StartsWith(from, "http://") ? LoadFromViewer(from, which)
                                           : LoadFromFile(from, which);
}

}  // namespace waybill
