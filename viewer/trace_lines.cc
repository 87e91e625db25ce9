// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_lines.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/outcome.h"

namespace waybill {
namespace {

struct Pending {
  size_t node;
  size_t parent_line;
  size_t depth;
  uint64_t open_levels;
};

TraceLine MakeLine(const TraceTree& tree, const CriticalPath& path,
                   const Pending& pending, bool both) {
  TraceLine line;
  line.node = pending.node;
  line.parent = pending.parent_line;
  line.depth = pending.depth;
  line.open_levels = pending.open_levels;
  line.on_path = path.on_path[line.node];
  line.self_time = path.self_time[line.node];
  const size_t server = both ? kNone : ServerHalf(tree, line.node);
  if (server == kNone) return line;
  line.client = line.node;
  line.node = server;
  line.on_path = line.on_path || path.on_path[server];
  line.self_time += path.self_time[server];
  return line;
}

std::vector<size_t> ChildrenOf(const TraceTree& tree, const TraceLine& line) {
  std::vector<size_t> children = tree.nodes[line.node].children;
  if (line.client == kNone) return children;
  for (size_t child : tree.nodes[line.client].children) {
    if (child != line.node) children.push_back(child);
  }
  std::stable_sort(children.begin(), children.end(),
                   [&tree](size_t a, size_t b) {
                     return tree.nodes[a].start < tree.nodes[b].start;
                   });
  return children;
}

}  // namespace

std::vector<TraceLine> MakeLines(const TraceTree& tree,
                                 const CriticalPath& path, bool both) {
  std::vector<TraceLine> lines;
  std::vector<Pending> stack;
  const auto push = [&stack](const std::vector<size_t>& nodes,
                             size_t parent_line, size_t depth,
                             uint64_t open_levels) {
    const uint64_t own_level = depth < 64 ? uint64_t{1} << depth : 0;
    for (size_t i = nodes.size(); i > 0; --i) {
      const bool is_last = i == nodes.size();
      stack.push_back({nodes[i - 1], parent_line, depth,
                       open_levels | (is_last ? 0 : own_level)});
    }
  };
  push(tree.roots, kNone, 0, 0);
  while (!stack.empty()) {
    const Pending pending = stack.back();
    stack.pop_back();
    lines.push_back(MakeLine(tree, path, pending, both));
    push(ChildrenOf(tree, lines.back()), lines.size() - 1, pending.depth + 1,
         pending.open_levels);
  }
  return lines;
}

std::string LineStatus(const TraceTree& tree, const TraceLine& line) {
  if (tree.nodes[line.node].stand_in) return std::string();
  const std::string outer = StatusText(tree.SpanOf(line.outer()));
  if (line.client == kNone) return outer;
  const std::string server = StatusText(tree.SpanOf(line.node));
  if (server == outer) return outer;
  return absl::StrCat(outer, " (server: ", server, ")");
}

size_t ServerHalf(const TraceTree& tree, size_t client) {
  if (tree.SpanOf(client).kind != ViewKind::kClient) return kNone;
  size_t server = kNone;
  for (size_t child : tree.nodes[client].children) {
    if (tree.SpanOf(child).kind != ViewKind::kServer) continue;
    if (server != kNone) return kNone;
    server = child;
  }
  return server;
}

}  // namespace waybill
