// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/render_text.h"

#include <cstddef>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/line_text.h"
#include "waybill/viewer/trace_lines.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

Ink InkOf(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kOk:
      return Ink::kStrong;
    case VerdictKind::kDeclined:
      return Ink::kDeclined;
    case VerdictKind::kFailed:
      return Ink::kBad;
  }
  return Ink::kPlain;
}

// "verdict  text", with the heading only on the first of several lines.
class Headed {
 public:
  Headed(const TextStyle& style, std::string* out) : style_(style), out_(out) {}

  // Text that is too long goes on in further lines, from word to word.
  void Add(absl::string_view heading, Ink ink, absl::string_view text) {
    std::string line;
    for (absl::string_view word : absl::StrSplit(style_.Clean(text), ' ')) {
      if (!line.empty() &&
          kIndent + DisplayWidth(line) + 1 + DisplayWidth(std::string(word)) >
              style_.width()) {
        AddLine(heading, ink, line);
        heading = "";
        line.clear();
      }
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
    AddLine(heading, ink, line);
  }

 private:
  static constexpr size_t kIndent = 9;

  void AddLine(absl::string_view heading, Ink ink, absl::string_view line) {
    absl::StrAppend(
        out_, style_.Paint(Ink::kDim, PadRight(std::string(heading), kIndent)),
        style_.Paint(ink, line), "\n");
  }

  const TextStyle& style_;
  std::string* const out_;
};

size_t CountServices(const TraceTree& tree) {
  std::vector<std::string> services;
  for (const ViewResource& resource : tree.trace.resources) {
    bool known = false;
    for (const std::string& service : services) {
      known |= service == resource.service;
    }
    if (!known) services.push_back(resource.service);
  }
  return services.size();
}

size_t CountSpans(const TraceTree& tree) {
  size_t spans = 0;
  for (const TreeNode& node : tree.nodes) spans += node.stand_in ? 0 : 1;
  return spans;
}

}  // namespace

std::string RenderText(const TraceReport& report,
                       const RenderOptions& options) {
  return absl::StrCat(RenderTree(report, options), "\n",
                      RenderWaterfall(report, options), "\n",
                      RenderVerdict(report, options));
}

std::string RenderVerdict(const TraceReport& report,
                          const RenderOptions& options) {
  const TextStyle style(options);
  std::string out;
  Headed lines(style, &out);
  lines.Add("verdict", InkOf(report.verdict.kind), report.verdict.text);
  for (const std::string& detail : report.verdict.details) {
    lines.Add("", Ink::kPlain, detail);
  }
  absl::string_view heading = "note";
  for (const std::string& note : report.notes) {
    lines.Add(heading, Ink::kPlain, note);
    heading = "";
  }
  const TraceTree& tree = report.tree;
  lines.Add(
      "trace", Ink::kPlain,
      absl::StrCat(
          tree.trace.trace_id, "  (",
          FormatPlural(static_cast<int64_t>(CountSpans(tree)), "span"), ", ",
          FormatPlural(static_cast<int64_t>(CountServices(tree)), "service"),
          ")"));
  return out;
}

std::string RenderOutline(const TraceReport& report, bool both) {
  const RenderOptions options;
  const TextStyle style(options);
  std::string out;
  for (const TraceLine& line : MakeLines(report.tree, report.path, both)) {
    const ViewSpan& span = report.tree.SpanOf(line.node);
    out.append(2 * line.depth, ' ');
    if (report.tree.nodes[line.node].stand_in) {
      absl::StrAppend(&out, span.name, "\n");
      continue;
    }
    absl::StrAppend(&out, style.Clean(span.service), " ",
                    style.Clean(span.name), " ",
                    line.client == kNone ? "" : "CLIENT+", KindName(span.kind),
                    " ", style.Clean(StatusWithFlags(report.tree, line)), "\n");
  }
  return out;
}

}  // namespace waybill
