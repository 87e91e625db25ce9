// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What a trace says, in a sentence: for one that went well, where most of its
// time went; for one that did not, what brought it down.
//
//   waybill::Verdict verdict = waybill::JudgeTrace(tree, path);
//   std::cout << verdict.text << "\n";
//
//   stripe.Stripe/Charge took 400 ms of 1,200 ms (33 %)
//   payment → stripe.Stripe/Charge: DEADLINE_EXCEEDED after 1,000 ms
//   declined: payment.Payment/Charge answered FAILED_PRECONDITION: card
//   declined
//
// The last is told from an outage by who calls it an error: a service that
// declines as it should does not, only its client's span does.
//
// Text is UTF-8 and holds what peers sent: escape it before a terminal sees
// it. A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_VERDICT_H_
#define WAYBILL_VIEWER_VERDICT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "waybill/viewer/critical_path.h"
#include "waybill/viewer/trace_tree.h"

namespace waybill {

enum class VerdictKind { kOk, kDeclined, kFailed };

struct Verdict {
  VerdictKind kind = VerdictKind::kOk;
  std::string text;
  // What else is worth knowing about it, a sentence each.
  std::vector<std::string> details;
  // The span that it is about, or kNone in a trace without spans.
  size_t node = kNone;
};

Verdict JudgeTrace(const TraceTree& tree, const CriticalPath& path);

// Its two parts: for a main root that went wrong, and for one that did not.
Verdict JudgeFailure(const TraceTree& tree);
Verdict JudgeTime(const TraceTree& tree, const CriticalPath& path);

// "OK", "DECLINED", "FAILED".
const char* VerdictName(VerdictKind kind);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_VERDICT_H_
