// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The stretch of time that a trace covers, and round moments in it to label.
//
//   waybill::TimeAxis axis = waybill::MakeTimeAxis(tree, /*max_ticks=*/6);
//   for (int64_t tick : axis.ticks) Label(axis.start + tick);
//
// Spans without times are left out, or the axis would begin in 1970.
//
// A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_TIME_AXIS_H_
#define WAYBILL_VIEWER_TIME_AXIS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/viewer/trace_tree.h"

namespace waybill {

struct TimeAxis {
  int64_t start = 0;  // Unix nanoseconds.
  int64_t end = 1;    // After start.
  // Nanoseconds from start, beginning with 0, and 1, 2, 2.5 or 5 times a power
  // of ten apart.
  std::vector<int64_t> ticks;

  int64_t Length() const { return end - start; }
};

// Has at most max_ticks ticks after the first.
TimeAxis MakeTimeAxis(const TraceTree& tree, size_t max_ticks);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TIME_AXIS_H_
