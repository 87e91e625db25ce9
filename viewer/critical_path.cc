// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/critical_path.h"

#include <algorithm>
#include <cstddef>

#include "waybill/viewer/outcome.h"

namespace waybill {
namespace {

// A node, and the part of it that something on the path waited for.
struct Waited {
  size_t node;
  int64_t start;
  int64_t end;
};

bool WasWaitedFor(const TraceTree& tree, size_t parent, size_t child) {
  const TreeNode& outer = tree.nodes[parent];
  const TreeNode& inner = tree.nodes[child];
  if (inner.end <= outer.end) return true;
  if (inner.start >= outer.end) return false;
  if (tree.SpanOf(parent).kind == ViewKind::kClient &&
      tree.SpanOf(child).kind == ViewKind::kServer) {
    return true;
  }
  const int64_t tolerance =
      std::max<int64_t>(1000 * 1000, (outer.end - outer.start) / 20);
  return tree.SpanOf(child).kind != ViewKind::kConsumer &&
         inner.end - outer.end <= tolerance;
}

// When the children that failed did, in order.
std::vector<int64_t> FailuresAmong(const TraceTree& tree,
                                   const std::vector<Waited>& children) {
  std::vector<int64_t> failures;
  for (const Waited& child : children) {
    const ViewSpan& span = tree.SpanOf(child.node);
    if (WentWrong(span) && StatusText(span) != "CANCELLED") {
      failures.push_back(child.end);
    }
  }
  std::sort(failures.begin(), failures.end());
  return failures;
}

// Whether child was cancelled once one of failures had happened beside it:
// that is what its parent then went by, not what it cancelled.
bool CancelledForAnother(const TraceTree& tree, const Waited& child,
                         const std::vector<int64_t>& failures) {
  const auto failure =
      std::upper_bound(failures.begin(), failures.end(), child.start);
  return failure != failures.end() && *failure <= child.end &&
         StatusText(tree.SpanOf(child.node)) == "CANCELLED";
}

// The children that waited.node waited for, last ending first.
std::vector<Waited> CandidatesOf(const TraceTree& tree, const Waited& waited) {
  std::vector<Waited> candidates;
  for (size_t child : tree.nodes[waited.node].children) {
    if (!WasWaitedFor(tree, waited.node, child)) continue;
    const int64_t start = std::max(tree.nodes[child].start, waited.start);
    const int64_t end = std::min(tree.nodes[child].end, waited.end);
    if (start <= end) candidates.push_back({child, start, end});
  }
  const std::vector<int64_t> failures = FailuresAmong(tree, candidates);
  candidates.erase(std::remove_if(candidates.begin(), candidates.end(),
                                  [&](const Waited& child) {
                                    return CancelledForAnother(tree, child,
                                                               failures);
                                  }),
                   candidates.end());
  // Of those that end together, the longest: the others were done within it.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Waited& a, const Waited& b) {
                     return a.end != b.end ? a.end > b.end : a.start < b.start;
                   });
  return candidates;
}

}  // namespace

CriticalPath FindCriticalPath(const TraceTree& tree) {
  CriticalPath path;
  path.on_path.assign(tree.nodes.size(), false);
  path.self_time.assign(tree.nodes.size(), 0);
  if (tree.main_root == kNone) return path;
  const TreeNode& root = tree.nodes[tree.main_root];
  path.total = root.end - root.start;

  std::vector<Waited> stack = {{tree.main_root, root.start, root.end}};
  while (!stack.empty()) {
    const Waited waited = stack.back();
    stack.pop_back();
    path.on_path[waited.node] = true;
    int64_t cursor = waited.end;
    for (const Waited& child : CandidatesOf(tree, waited)) {
      if (child.end > cursor) continue;  // Ran beside one that is on the path.
      path.self_time[waited.node] += cursor - child.end;
      cursor = child.start;
      stack.push_back(child);
    }
    path.self_time[waited.node] += cursor - waited.start;
  }
  return path;
}

}  // namespace waybill
