// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/render_json.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nlohmann/json.hpp"
#include "waybill/viewer/line_text.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/time_axis.h"
#include "waybill/viewer/trace_lines.h"

namespace waybill {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxTicks = 6;

const char* TypeName(ValueType type) {
  switch (type) {
    case ValueType::kEmpty:
      return "empty";
    case ValueType::kText:
      return "string";
    case ValueType::kBool:
      return "bool";
    case ValueType::kInt:
      return "int";
    case ValueType::kDouble:
      return "double";
    case ValueType::kBytes:
      return "bytes";
    case ValueType::kArray:
      return "array";
    case ValueType::kMap:
      return "map";
  }
  return "empty";
}

Json AttributesJson(const std::vector<ViewAttribute>& attributes) {
  Json json = Json::array();
  for (const ViewAttribute& attribute : attributes) {
    json.push_back({{"key", attribute.key},
                    {"value", attribute.text},
                    {"type", TypeName(attribute.type)}});
  }
  return json;
}

Json SpanJson(const TraceTree& tree, size_t node, int64_t origin) {
  const ViewSpan& span = tree.SpanOf(node);
  Json json = {{"spanId", span.span_id},
               {"parentId", span.parent_id},
               {"name", span.name},
               {"service", span.service},
               {"resource", span.resource},
               {"kind", std::string(KindName(span.kind))},
               {"scope", span.scope},
               {"status", StatusText(span)},
               {"statusMessage", span.status_message},
               {"startNanos", tree.nodes[node].start - origin},
               {"durationNanos", tree.DurationOf(node)},
               {"attributes", AttributesJson(span.attributes)},
               {"events", Json::array()},
               {"links", Json::array()},
               {"droppedDetails", span.dropped_details},
               {"problems", span.problems}};
  const int64_t offset = tree.clock_offsets[span.resource];
  for (const ViewEvent& event : span.events) {
    json["events"].push_back(
        {{"name", event.name},
         {"atNanos", event.time + offset - origin},
         {"attributes", AttributesJson(event.attributes)}});
  }
  for (const ViewLink& link : span.links) {
    json["links"].push_back({{"traceId", link.trace_id},
                             {"spanId", link.span_id},
                             {"attributes", AttributesJson(link.attributes)}});
  }
  return json;
}

const char* ToneOf(const TraceTree& tree, const TraceLine& line) {
  switch (InkOfStatus(tree, line)) {
    case Ink::kBad:
      return "failed";
    case Ink::kDeclined:
      return "declined";
    default:
      return "ok";
  }
}

Json LineJson(const TraceTree& tree, const TraceLine& line, int64_t origin) {
  const ViewSpan& span = tree.SpanOf(line.node);
  const bool stand_in = tree.nodes[line.node].stand_in;
  Json json = {{"name", span.name},
               {"service", span.service},
               {"resource", span.resource},
               {"parent", nullptr},
               {"depth", line.depth},
               {"status", LineStatus(tree, line)},
               {"tone", ToneOf(tree, line)},
               {"flags", FlagsOf(tree, line)},
               {"startNanos", tree.nodes[line.outer()].start - origin},
               {"durationNanos", tree.DurationOf(line.outer())},
               {"onPath", line.on_path},
               {"selfNanos", line.self_time},
               {"spans", Json::array()}};
  if (line.parent != kNone) json["parent"] = line.parent;
  if (line.client != kNone) {
    json["spans"].push_back(SpanJson(tree, line.client, origin));
  }
  if (!stand_in) json["spans"].push_back(SpanJson(tree, line.node, origin));
  return json;
}

// The line that shows node, or null where none does.
Json LineOf(const std::vector<TraceLine>& lines, size_t node) {
  for (size_t i = 0; node != kNone && i < lines.size(); ++i) {
    if (lines[i].node == node || lines[i].client == node) return i;
  }
  return nullptr;
}

Json ResourcesJson(const TraceTree& tree) {
  Json json = Json::array();
  for (size_t i = 0; i < tree.trace.resources.size(); ++i) {
    const ViewResource& resource = tree.trace.resources[i];
    json.push_back({{"service", resource.service},
                    {"attributes", AttributesJson(resource.attributes)},
                    {"lostSpans", resource.lost_spans},
                    {"clockOffsetNanos", tree.clock_offsets[i]}});
  }
  return json;
}

}  // namespace

std::string RenderJson(const TraceReport& report, bool both) {
  const TraceTree& tree = report.tree;
  const TimeAxis axis = MakeTimeAxis(tree, kMaxTicks);
  const std::vector<TraceLine> lines = MakeLines(tree, report.path, both);
  size_t spans = 0;
  Json lines_json = Json::array();
  for (const TraceLine& line : lines) {
    lines_json.push_back(LineJson(tree, line, axis.start));
    spans += lines_json.back()["spans"].size();
  }
  Json json = {{"traceId", tree.trace.trace_id},
               {"status", VerdictName(report.verdict.kind)},
               {"spans", spans},
               {"startUnixNano", std::to_string(axis.start)},
               {"durationNanos", axis.Length()},
               {"root", LineOf(lines, tree.main_root)},
               {"verdict",
                {{"kind", VerdictName(report.verdict.kind)},
                 {"text", report.verdict.text},
                 {"details", report.verdict.details},
                 {"line", LineOf(lines, report.verdict.node)}}},
               {"notes", report.notes},
               {"resources", ResourcesJson(tree)},
               {"ticks", axis.ticks},
               {"lines", std::move(lines_json)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace waybill
