// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Spans as an indented text, one line a span, so that a test can assert a
// whole trace at once and a failure shows the difference at a glance:
//
//   checkout.Checkout/Pay SERVER
//     bank.Bank/Charge CLIENT ERROR
//       bank.Bank/Charge SERVER
//
// Children stand under their parent in the order in which they started, roots
// first to last. Each span is there once. One whose parent is not among the
// spans is a root, and says so: "(parent elsewhere)"; so is one that no root
// leads to: "(its own ancestor)".
#ifndef WAYBILL_TESTING_SPAN_TREE_H_
#define WAYBILL_TESTING_SPAN_TREE_H_

#include <string>
#include <vector>

#include "waybill/testing/in_memory_exporter.h"

namespace waybill {

std::string SpanTree(const std::vector<FinishedSpan>& spans);

}  // namespace waybill

#endif  // WAYBILL_TESTING_SPAN_TREE_H_
