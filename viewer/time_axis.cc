// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/time_axis.h"

#include <algorithm>

namespace waybill {
namespace {

// The smallest of 1, 2, 2.5, 5, 10, 20, 25, ... that fits at most so many
// times.
int64_t RoundStep(int64_t length, int64_t max_ticks) {
  const int64_t least = (length + max_ticks - 1) / max_ticks;
  int64_t power = 1;
  // One more power of ten, and sums of steps and times would not fit.
  while (power * 10 <= least && power < 100000000000000000) power *= 10;
  for (int64_t tenths : {10, 20, 25, 50}) {
    const int64_t step = power / 10 * tenths;
    if (step >= least) return step;
  }
  return power * 10;
}

}  // namespace

TimeAxis MakeTimeAxis(const TraceTree& tree, size_t max_ticks) {
  TimeAxis axis;
  bool empty = true;
  for (const TreeNode& node : tree.nodes) {
    if (node.start == 0) continue;
    axis.start = empty ? node.start : std::min(axis.start, node.start);
    axis.end = empty ? node.end : std::max(axis.end, node.end);
    empty = false;
  }
  axis.end = std::max(axis.end, axis.start + 1);
  axis.ticks.push_back(0);
  if (max_ticks == 0) return axis;
  const int64_t step =
      RoundStep(axis.Length(), static_cast<int64_t>(max_ticks));
  for (int64_t tick = step; tick <= axis.Length(); tick += step) {
    axis.ticks.push_back(tick);
  }
  return axis;
}

}  // namespace waybill
