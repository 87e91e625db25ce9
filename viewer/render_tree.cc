// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/line_text.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/trace_lines.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

constexpr size_t kMinLabelWidth = 16;
constexpr size_t kMaxServiceWidth = 20;
constexpr size_t kMaxStatusWidth = 45;
constexpr size_t kGap = 2;

struct Row {
  std::string label;
  std::string service;
  std::string duration;
  std::string status;
};

// What is said in parentheses may go to a row of its own.
std::vector<std::string> PartsOf(const std::string& status) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t next; (next = status.find(" (", start)) != std::string::npos;) {
    parts.push_back(status.substr(start, next - start));
    start = next + 1;
  }
  parts.push_back(status.substr(start));
  return parts;
}

struct Widths {
  size_t label = 0;
  size_t service = 0;
  size_t duration = 0;
  size_t status = 0;
  size_t status_part = 0;

  void MakeRoomFor(const Row& row) {
    label = std::max(label, DisplayWidth(row.label));
    service = std::max(service, DisplayWidth(row.service));
    duration = std::max(duration, DisplayWidth(row.duration));
    status = std::max(status, DisplayWidth(row.status));
    for (const std::string& part : PartsOf(row.status)) {
      status_part = std::max(status_part, DisplayWidth(part));
    }
  }

  // Long statuses get further rows first, then labels give way. The status is
  // cut last: it says what happened.
  void ShrinkTo(size_t width) {
    service = std::min(service, kMaxServiceWidth);
    status = std::min(status, kMaxStatusWidth);
    const size_t mark = 2;
    const size_t fixed = mark + service + duration + 3 * kGap;
    if (fixed + label + status > width) status = std::min(status, status_part);
    const size_t others = fixed + status;
    const size_t left = width > others ? width - others : 0;
    label = std::min(label, std::max(left, kMinLabelWidth));
    const size_t used = mark + label + duration + service + 3 * kGap;
    status = std::min(status, width > used ? width - used : 0);
  }
};

}  // namespace

std::string RenderTree(const TraceReport& report,
                       const RenderOptions& options) {
  const TextStyle style(options);
  const TraceTree& tree = report.tree;
  const std::vector<TraceLine> lines =
      MakeLines(tree, report.path, options.both);

  const Row heading = {
      absl::StrCat("span  (", style.glyphs().on_path, " critical path)"),
      "service", "duration", "status"};
  std::vector<Row> rows;
  Widths widths;
  widths.MakeRoomFor(heading);
  for (const TraceLine& line : lines) {
    rows.push_back({TreeLabel(tree, line, style, options.width),
                    style.Clean(tree.SpanOf(line.node).service),
                    style.Duration(tree.DurationOf(line.outer())),
                    style.Clean(StatusWithFlags(tree, line))});
    widths.MakeRoomFor(rows.back());
  }
  widths.ShrinkTo(style.width());

  const char* ellipsis = style.glyphs().ellipsis;
  const auto fit = [ellipsis](const std::string& text, size_t width) {
    return PadRight(FitToWidth(text, width, ellipsis), width);
  };
  const std::string gap(kGap, ' ');
  std::string out = absl::StrCat(
      style.Paint(
          Ink::kDim,
          absl::StrCat("  ", fit(heading.label, widths.label), gap,
                       fit(heading.service, widths.service), gap,
                       PadLeft(heading.duration, widths.duration), gap,
                       FitToWidth(heading.status, widths.status, ellipsis))),
      "\n");
  for (size_t i = 0; i < rows.size(); ++i) {
    const TraceLine& line = lines[i];
    const Ink name_ink = line.on_path ? Ink::kStrong : Ink::kPlain;
    absl::StrAppend(
        &out,
        line.on_path ? style.Paint(Ink::kStrong, style.glyphs().on_path) : " ",
        " ", style.Paint(name_ink, fit(rows[i].label, widths.label)), gap,
        style.PaintService(tree.SpanOf(line.node).resource,
                           fit(rows[i].service, widths.service)),
        gap, style.Paint(name_ink, PadLeft(rows[i].duration, widths.duration)));
    const bool has_children =
        i + 1 < rows.size() && lines[i + 1].depth > line.depth;
    const std::string next_row = absl::StrCat(
        "\n  ",
        fit(TreeTrunks(line, has_children, style, widths.label), widths.label),
        gap, std::string(widths.service + kGap + widths.duration, ' '));
    absl::string_view before = "";
    for (const std::string& part :
         DisplayWidth(rows[i].status) <= widths.status
             ? std::vector<std::string>{rows[i].status}
             : PartsOf(rows[i].status)) {
      const std::string text = FitToWidth(part, widths.status, ellipsis);
      if (text.empty()) continue;
      absl::StrAppend(&out, before, gap,
                      style.Paint(InkOfStatus(tree, line), text));
      before = next_row;
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace waybill
