// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// How far the clocks of a trace's processes are apart, as far as the trace
// itself proves it.
//
// A server cannot start a call before its client has made it, nor finish one
// after the client has had the answer. So each call between two processes
// bounds the difference of their clocks from below, and a successful one from
// above; all calls between them together leave an interval. Where nothing
// speaks against equal clocks they are taken to be equal; else the middle of
// the interval is the estimate, as in NTP, which is right where the way there
// takes as long as the way back.
//
//   std::vector<int64_t> offsets =
//       waybill::EstimateClockOffsets(trace, parents, root.resource);
//   int64_t corrected = span.start + offsets[span.resource];
//
// Nothing is corrected below a millisecond (that is scheduling, not clocks),
// nor between processes that name the same host. A call that failed says
// nothing about the end: its server may well have gone on.
//
// A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_CLOCK_SKEW_H_
#define WAYBILL_VIEWER_CLOCK_SKEW_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "waybill/viewer/span.h"

namespace waybill {

inline constexpr size_t kNone = static_cast<size_t>(-1);

// For each of the trace's resources, the nanoseconds to add to its times to
// have them by the clock of the resource reference. parents has an index into
// trace.spans, or kNone, for each span.
std::vector<int64_t> EstimateClockOffsets(const ViewTrace& trace,
                                          const std::vector<size_t>& parents,
                                          size_t reference);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_CLOCK_SKEW_H_
