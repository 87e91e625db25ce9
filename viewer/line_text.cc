// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/line_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/utf8.h"

namespace waybill {
namespace {

constexpr size_t kMaxDrawnDepth = 10;

}  // namespace

std::vector<std::string> FlagsOf(const TraceTree& tree, const TraceLine& line) {
  const TreeNode& node = tree.nodes[line.outer()];
  std::vector<std::string> flags;
  if (node.after_parent) flags.push_back("afterwards");
  if (node.cut_from_cycle) flags.push_back("cycle");
  if (node.missing_parent) flags.push_back("missing parent");
  return flags;
}

std::string StatusWithFlags(const TraceTree& tree, const TraceLine& line) {
  std::string status = LineStatus(tree, line);
  for (const std::string& flag : FlagsOf(tree, line)) {
    absl::StrAppend(&status, " (", flag, ")");
  }
  return status;
}

Ink InkOfStatus(const TraceTree& tree, const TraceLine& line) {
  const ViewSpan& outer = tree.SpanOf(line.outer());
  const ViewSpan& inner = tree.SpanOf(line.node);
  // A client calls every refusal an error; the server knows better.
  const std::string status = StatusText(outer);
  const bool failed =
      HasFailed(inner) ||
      (HasFailed(outer) && !IsBusinessCode(status) && status != "CANCELLED");
  if (failed) return Ink::kBad;
  if (WentWrong(outer) || WentWrong(inner)) return Ink::kDeclined;
  return Ink::kPlain;
}

std::string TreeLabel(const TraceTree& tree, const TraceLine& line,
                      const TextStyle& style, size_t width) {
  const Glyphs& glyphs = style.glyphs();
  std::string label;
  for (size_t level = 1; level <= std::min(line.depth, kMaxDrawnDepth);
       ++level) {
    const bool own = level == line.depth;
    if (line.IsOpen(level)) {
      label.append(own ? glyphs.branch : glyphs.trunk);
    } else {
      label.append(own ? glyphs.last_branch : "   ");
    }
  }
  if (line.depth > kMaxDrawnDepth) {
    absl::StrAppend(&label, "+", line.depth - kMaxDrawnDepth, " ");
  }
  absl::StrAppend(&label, style.Clean(tree.SpanOf(line.node).name));
  return FitToWidth(label, width, glyphs.ellipsis);
}

std::string TreeTrunks(const TraceLine& line, bool has_children,
                       const TextStyle& style, size_t width) {
  const Glyphs& glyphs = style.glyphs();
  std::string trunks;
  for (size_t level = 1; level <= std::min(line.depth, kMaxDrawnDepth);
       ++level) {
    trunks.append(line.IsOpen(level) ? glyphs.trunk : "   ");
  }
  if (has_children && line.depth < kMaxDrawnDepth) trunks.append(glyphs.trunk);
  return FitToWidth(trunks, width, glyphs.ellipsis);
}

}  // namespace waybill
