// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The tree that a trace's spans make by their parents, whatever is wrong with
// them.
//
//   waybill::TraceTree tree = waybill::BuildTraceTree(
//       waybill::ReadTrace(data, trace_id));
//   for (size_t node : tree.preorder) {
//     std::cout << std::string(2 * tree.nodes[node].depth, ' ')
//               << tree.SpanOf(node).name << "\n";
//   }
//
// What does not fit is shown for what it is:
// - Spans whose parent did not arrive hang under a stand-in for it, one for
//   each such parent, named "(missing parent)". Only where that is all that
//   the trace has, and one span, is that span the root: its caller is simply
//   not traced by the same viewer.
// - Spans that are each other's ancestors are cut loose at the earliest.
// - Of duplicates the first one counts.
// - Times are corrected by what clock_skew.h finds.
//
// A plain value; no recursion, so depth costs no stack.
#ifndef WAYBILL_VIEWER_TRACE_TREE_H_
#define WAYBILL_VIEWER_TRACE_TREE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/viewer/clock_skew.h"
#include "waybill/viewer/span.h"

namespace waybill {

struct TreeNode {
  size_t parent = kNone;
  std::vector<size_t> children;  // By start, as all lists of nodes here.
  int64_t start = 0;             // Unix nanoseconds, corrected.
  int64_t end = 0;
  size_t depth = 0;
  bool stand_in = false;        // For a parent that did not arrive.
  bool missing_parent = false;  // The root, and its parent did not arrive.
  bool cut_from_cycle = false;
  // Began after its parent had ended: nobody waited for it.
  bool after_parent = false;
};

// A node has the same index as its span.
struct TraceTree {
  // Without the duplicates, and with a span for each stand-in.
  ViewTrace trace;
  std::vector<TreeNode> nodes;
  std::vector<size_t> roots;
  std::vector<size_t> preorder;
  // The root that the trace is about: the earliest that has no parent, or else
  // the longest span of those whose parent is missing. kNone without spans.
  size_t main_root = kNone;
  size_t duplicates = 0;
  // What was added to the times of each resource.
  std::vector<int64_t> clock_offsets;

  const ViewSpan& SpanOf(size_t node) const { return trace.spans[node]; }
  int64_t DurationOf(size_t node) const {
    return nodes[node].end - nodes[node].start;
  }
};

TraceTree BuildTraceTree(ViewTrace trace);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_TREE_H_
