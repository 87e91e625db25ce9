// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/clock_skew.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>

#include "absl/strings/string_view.h"
#include "waybill/viewer/outcome.h"

namespace waybill {
namespace {

constexpr int64_t kTolerance = 1000 * 1000;
constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();
// As far as two times can be apart.
constexpr int64_t kMaxOffset = (int64_t{1} << 62) - 1;

// What the calls of one process to another say about the number to add to the
// callee's times.
struct Bounds {
  int64_t lower = std::numeric_limits<int64_t>::min();
  int64_t upper = kUnbounded;

  int64_t Estimate() const {
    if (lower <= kTolerance && upper >= -kTolerance) return 0;
    if (upper == kUnbounded) return lower;
    return lower + (upper - lower) / 2;
  }
};

// Ordered, so that the same trace always gives the same answer.
using CallsByCallee = std::map<size_t, Bounds>;

bool SameHost(const ViewResource& a, const ViewResource& b) {
  for (const char* key : {"host.id", "host.name"}) {
    const absl::string_view host = AttributeText(a.attributes, key);
    if (!host.empty() && host == AttributeText(b.attributes, key)) return true;
  }
  return false;
}

void Narrow(const ViewSpan& caller, const ViewSpan& callee, Bounds* bounds) {
  bounds->lower = std::max(bounds->lower, caller.start - callee.start);
  if (caller.kind == ViewKind::kClient && callee.kind == ViewKind::kServer &&
      !WentWrong(caller)) {
    bounds->upper = std::min(bounds->upper, caller.end - callee.end);
  }
}

}  // namespace

std::vector<int64_t> EstimateClockOffsets(const ViewTrace& trace,
                                          const std::vector<size_t>& parents,
                                          size_t reference) {
  std::vector<CallsByCallee> calls(trace.resources.size());
  for (size_t i = 0; i < trace.spans.size(); ++i) {
    if (parents[i] == kNone) continue;
    const ViewSpan& callee = trace.spans[i];
    const ViewSpan& caller = trace.spans[parents[i]];
    const bool has_times = callee.start != 0 && caller.start != 0;
    if (caller.resource == callee.resource || !has_times) continue;
    Bounds& bounds = calls[caller.resource][callee.resource];
    if (SameHost(trace.resources[caller.resource],
                 trace.resources[callee.resource])) {
      bounds = {0, 0};
    } else {
      Narrow(caller, callee, &bounds);
    }
  }

  // From the reference outwards, so that each step adds one difference. What
  // it does not lead to keeps its own clock.
  std::vector<int64_t> offsets(trace.resources.size(), 0);
  std::vector<bool> known(trace.resources.size(), false);
  std::deque<size_t> queue;
  if (reference < known.size()) {
    known[reference] = true;
    queue.push_back(reference);
  }
  while (!queue.empty()) {
    const size_t caller = queue.front();
    queue.pop_front();
    for (const auto& [callee, bounds] : calls[caller]) {
      if (known[callee]) continue;
      known[callee] = true;
      // Both are within kMaxOffset, so the sum fits.
      const int64_t offset = offsets[caller] + bounds.Estimate();
      offsets[callee] = std::max(-kMaxOffset, std::min(offset, kMaxOffset));
      queue.push_back(callee);
    }
  }
  return offsets;
}

}  // namespace waybill
