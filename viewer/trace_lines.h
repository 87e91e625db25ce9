// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A trace's tree as the lines that people read: the client half and the server
// half of a call are one line, unless both are asked for.
//
//   for (const waybill::TraceLine& line :
//        waybill::MakeLines(tree, path, /*both=*/false)) {
//     std::cout << waybill::LineStatus(tree, line) << "\n";
//   }
//
// A client span becomes one line with its server span where it has just one:
// with several (a retry, a fan-out) each stays by itself.
//
// Free functions without state; safe from any thread. No recursion.
#ifndef WAYBILL_VIEWER_TRACE_LINES_H_
#define WAYBILL_VIEWER_TRACE_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "waybill/viewer/critical_path.h"
#include "waybill/viewer/trace_tree.h"

namespace waybill {

struct TraceLine {
  // The node that gives the line its name and service: the server half, where
  // there are two.
  size_t node = kNone;
  // The client half, or kNone where the line is one span.
  size_t client = kNone;
  size_t parent = kNone;  // A line.
  size_t depth = 0;
  // Bit n: the line's ancestor at depth n, or for its own depth the line
  // itself, has siblings further down. Of the first 64 levels.
  uint64_t open_levels = 0;
  bool on_path = false;
  int64_t self_time = 0;  // On the critical path, of both halves.

  bool IsOpen(size_t level) const {
    return level < 64 && ((open_levels >> level) & 1) != 0;
  }

  // The half that the caller saw: its duration is the call's.
  size_t outer() const { return client == kNone ? node : client; }
};

// In the order of the tree, parents before children, siblings by start.
std::vector<TraceLine> MakeLines(const TraceTree& tree,
                                 const CriticalPath& path, bool both);

// How the line ended, and where its halves disagree, how each did:
// "DEADLINE_EXCEEDED (server: CANCELLED)".
std::string LineStatus(const TraceTree& tree, const TraceLine& line);

// The only SERVER child of a CLIENT node, or kNone.
size_t ServerHalf(const TraceTree& tree, size_t client);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_LINES_H_
