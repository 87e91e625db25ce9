// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Where a trace's time went: the chain of spans that its end had to wait for.
//
// Walking back from the root's end, the time belongs to the child that ended
// last, then to the one that ended last before that one began, and so on;
// what no child covers is the span's own (self time). What ran beside a child
// on the path, and ended while that child ran, is not on it: had it been
// faster, nothing would have ended sooner. The self times on the path add up
// to the root's duration.
//
//   waybill::CriticalPath path = waybill::FindCriticalPath(tree);
//   if (path.on_path[node]) std::cout << path.self_time[node];
//
// Nobody waits for a child that goes on after its parent has ended, so it is
// on no path, with two exceptions: the server half of a call, since its client
// did wait before it gave up; and one that is late by no more than a
// millisecond or 5 % of its parent, since a callback's end is not exactly its
// caller's.
//
// Nor does anybody wait for a call that was cancelled because another failed.
//
// A function without state; safe from any thread. No recursion.
#ifndef WAYBILL_VIEWER_CRITICAL_PATH_H_
#define WAYBILL_VIEWER_CRITICAL_PATH_H_

#include <cstdint>
#include <vector>

#include "waybill/viewer/trace_tree.h"

namespace waybill {

struct CriticalPath {
  // For each node of the tree.
  std::vector<bool> on_path;
  std::vector<int64_t> self_time;  // Nanoseconds on the path.
  int64_t total = 0;               // The main root's duration.
};

// The path of the tree's main root.
CriticalPath FindCriticalPath(const TraceTree& tree);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_CRITICAL_PATH_H_
