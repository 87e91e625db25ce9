// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The words for a span that verdicts share.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_DESCRIBE_SPAN_H_
#define WAYBILL_VIEWER_DESCRIBE_SPAN_H_

#include <cstddef>
#include <string>

#include "waybill/viewer/trace_tree.h"

namespace waybill {

// "stripe.Stripe/Charge", "postgres.query in inventory": a call has its service
// in its name, other work says where it was done.
std::string DescribeSpan(const ViewSpan& span);

// Both halves of the call that a span is a half of; kNone for what is not
// there.
struct Call {
  size_t client = kNone;
  size_t server = kNone;
};

Call CallOf(const TraceTree& tree, size_t node);

// What the span, or the other half of its call, says about its failure where
// that is more than its status: "Deadline Exceeded" is not. May be empty.
std::string MessageOf(const TraceTree& tree, size_t node);

// "payment → stripe.Stripe/Charge: UNAVAILABLE: connection refused".
std::string DescribeFailure(const TraceTree& tree, size_t node);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_DESCRIBE_SPAN_H_
