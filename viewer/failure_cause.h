// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Which of the spans that went wrong is to blame for the others.
//
// A failure travels up from callee to caller, so the cause is the deepest span
// on a chain of spans that went wrong, starting at the one in question.
//   - A span that answered OK had handled what went wrong below it; a span of
//     kind INTERNAL hands on what its children did, though it may not say so.
//   - CANCELLED is what others become when a deadline passes or a sibling
//     fails, so it is blamed only where nothing else is left.
//   - Of children that failed one after the other, the last counts (the
//     earlier ones were tried again); of children that failed side by side,
//     the first.
//
//   std::vector<size_t> chain = waybill::FindFailureChain(tree, root);
//   std::cout << tree.SpanOf(chain.back()).name;  // The cause.
//
// Free functions without state; safe from any thread. No recursion.
#ifndef WAYBILL_VIEWER_FAILURE_CAUSE_H_
#define WAYBILL_VIEWER_FAILURE_CAUSE_H_

#include <cstddef>
#include <vector>

#include "waybill/viewer/trace_tree.h"

namespace waybill {

// The nodes from top, which went wrong, down to the cause.
std::vector<size_t> FindFailureChain(const TraceTree& tree, size_t top);

// The deepest span below node that was still at work when node ended, so what
// node was in fact waiting for; node itself where there is none.
size_t FindAwaited(const TraceTree& tree, size_t node);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_FAILURE_CAUSE_H_
