// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/line_text.h"
#include "waybill/viewer/render_text.h"
#include "waybill/viewer/time_axis.h"
#include "waybill/viewer/trace_lines.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

// A line's label and duration may take this part of the width, bars the rest.
constexpr size_t kLabelPercent = 40;
constexpr size_t kGap = 2;
constexpr size_t kColumnsPerTick = 9;

// Which columns of the chart a bar fills, one at least.
struct Columns {
  size_t first;
  size_t last;
};

class Chart {
 public:
  Chart(const TraceReport& report, const RenderOptions& options)
      : tree_(report.tree),
        style_(options),
        lines_(MakeLines(report.tree, report.path, options.both)) {
    const size_t max_label = style_.width() * kLabelPercent / 100;
    for (const TraceLine& line : lines_) {
      labels_.push_back(TreeLabel(tree_, line, style_, max_label));
      label_width_ = std::max(label_width_, DisplayWidth(labels_.back()));
      duration_width_ =
          std::max(duration_width_, DisplayWidth(DurationText(line)));
    }
    const size_t others = 2 + label_width_ + 2 * kGap + duration_width_;
    columns_ = std::max<size_t>(
        8, style_.width() > others ? style_.width() - others : 0);
    axis_ = MakeTimeAxis(tree_, columns_ / kColumnsPerTick);
  }

  std::string Draw() const {
    std::string out = absl::StrCat(Margin(), DrawAxis(), "\n");
    for (size_t i = 0; i < lines_.size(); ++i) {
      const TraceLine& line = lines_[i];
      absl::StrAppend(
          &out,
          line.on_path ? style_.Paint(Ink::kStrong, style_.glyphs().on_path)
                       : " ",
          " ",
          style_.Paint(line.on_path ? Ink::kStrong : Ink::kPlain,
                       PadRight(labels_[i], label_width_)),
          std::string(kGap, ' '), DrawBar(line), std::string(kGap, ' '),
          style_.Paint(InkOfStatus(tree_, line),
                       PadLeft(DurationText(line), duration_width_)),
          "\n");
    }
    return out;
  }

 private:
  std::string DurationText(const TraceLine& line) const {
    return style_.Duration(tree_.DurationOf(line.outer()));
  }

  std::string Margin() const {
    return std::string(2 + label_width_ + kGap, ' ');
  }

  size_t ColumnOf(int64_t time) const {
    const double share = static_cast<double>(time - axis_.start) /
                         static_cast<double>(axis_.Length());
    const double column = share * static_cast<double>(columns_);
    return std::min(columns_ - 1, static_cast<size_t>(std::max(column, 0.0)));
  }

  Columns ColumnsOf(size_t node) const {
    const TreeNode& span = tree_.nodes[node];
    const size_t first = ColumnOf(span.start);
    const int64_t last_moment = std::max(span.start, span.end - 1);
    return {first, std::max(first, ColumnOf(last_moment))};
  }

  std::string DrawAxis() const {
    std::string labels;
    for (int64_t tick : axis_.ticks) {
      const size_t column = ColumnOf(axis_.start + tick);
      const std::string label = style_.Duration(tick);
      const bool fits = column + DisplayWidth(label) <= columns_;
      if (!fits || (column > 0 && DisplayWidth(labels) >= column)) continue;
      labels = absl::StrCat(PadRight(labels, column), label);
    }
    return style_.Paint(Ink::kDim, labels);
  }

  std::string DrawBar(const TraceLine& line) const {
    enum : char { kEmpty, kGrid, kTransit, kBar };
    std::vector<char> cells(columns_, kEmpty);
    for (int64_t tick : axis_.ticks)
      cells[ColumnOf(axis_.start + tick)] = kGrid;
    const auto fill = [&cells](Columns bar, char with) {
      for (size_t i = bar.first; i <= bar.last; ++i) cells[i] = with;
    };
    if (line.client != kNone) fill(ColumnsOf(line.client), kTransit);
    if (!tree_.nodes[line.node].stand_in) fill(ColumnsOf(line.node), kBar);

    const Glyphs& glyphs = style_.glyphs();
    std::string out;
    for (size_t i = 0; i < cells.size();) {
      size_t end = i;
      std::string run;
      while (end < cells.size() && cells[end] == cells[i]) {
        run.append(cells[i] == kBar       ? glyphs.bar
                   : cells[i] == kTransit ? glyphs.transit
                   : cells[i] == kGrid    ? glyphs.grid
                                          : " ");
        ++end;
      }
      const bool bar = cells[i] == kBar || cells[i] == kTransit;
      const bool blank = cells[i] == kEmpty;
      absl::StrAppend(
          &out, bar ? style_.PaintService(tree_.SpanOf(line.node).resource, run)
                    : style_.Paint(blank ? Ink::kPlain : Ink::kDim, run));
      i = end;
    }
    return out;
  }

  const TraceTree& tree_;
  const TextStyle style_;
  const std::vector<TraceLine> lines_;
  std::vector<std::string> labels_;
  size_t label_width_ = 0;
  size_t duration_width_ = 0;
  size_t columns_ = 0;
  TimeAxis axis_;
};

}  // namespace

std::string RenderWaterfall(const TraceReport& report,
                            const RenderOptions& options) {
  return Chart(report, options).Draw();
}

}  // namespace waybill
