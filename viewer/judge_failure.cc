// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/viewer/describe_span.h"
#include "waybill/viewer/failure_cause.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/verdict.h"

namespace waybill {
namespace {

void AddServerSide(const TraceTree& tree, const Call& call, Verdict* verdict) {
  if (call.client == kNone) return;
  const std::string status = StatusText(tree.SpanOf(call.client));
  const bool gave_up = status == "DEADLINE_EXCEEDED" || status == "CANCELLED";
  if (call.server == kNone) {
    if (gave_up || status == "UNAVAILABLE") {
      verdict->details.push_back(
          "no span of the called service has come: it was not reached, is not "
          "traced, or is still at it");
    }
    return;
  }
  const ViewSpan& server = tree.SpanOf(call.server);
  const int64_t longer =
      tree.nodes[call.server].end - tree.nodes[call.client].end;
  if (gave_up && longer > 1000 * 1000) {
    verdict->details.push_back(
        absl::StrCat(server.service, " went on for ", FormatDuration(longer),
                     " after that, and ended with ", StatusText(server)));
  }
  const size_t awaited = FindAwaited(tree, call.client);
  if (gave_up && awaited != call.client && awaited != call.server) {
    const Call below = CallOf(tree, awaited);
    const size_t waiting = below.client == kNone ? awaited : below.client;
    verdict->details.push_back(absl::StrCat(tree.SpanOf(waiting).service,
                                            " was still waiting for ",
                                            tree.SpanOf(awaited).name));
  }
}

// What the cause brought down on its way up to the root.
void AddConsequences(const TraceTree& tree, const std::vector<size_t>& chain,
                     const Call& cause, Verdict* verdict) {
  std::vector<std::string> fallen;
  for (size_t i = chain.size(); i > 0; --i) {
    const size_t node = chain[i - 1];
    const Call call = CallOf(tree, node);
    const bool is_cause =
        node == chain.back() || node == cause.client || node == cause.server;
    // A call is named once, by its server half where there is one.
    const bool named_later = call.client != kNone && call.client != node;
    if (is_cause || named_later || !WentWrong(tree.SpanOf(node))) continue;
    fallen.push_back(absl::StrCat(tree.SpanOf(node).name, " (",
                                  StatusText(tree.SpanOf(node)), ")"));
  }
  if (fallen.empty()) return;
  verdict->details.push_back(
      absl::StrCat("it brought down ", absl::StrJoin(fallen, ", ")));
}

bool IsHttpClientError(absl::string_view status) {
  int number = 0;
  return absl::SimpleAtoi(status, &number) && number >= 400 && number < 500;
}

bool IsDeclined(const TraceTree& tree, const std::vector<size_t>& chain) {
  const std::string status = StatusText(tree.SpanOf(chain.back()));
  if (!IsBusinessCode(status) && !IsHttpClientError(status)) return false;
  return std::none_of(chain.begin(), chain.end(), [&tree](size_t node) {
    const ViewSpan& span = tree.SpanOf(node);
    return HasFailed(span) && span.kind != ViewKind::kClient;
  });
}

}  // namespace

Verdict JudgeFailure(const TraceTree& tree) {
  const std::vector<size_t> chain = FindFailureChain(tree, tree.main_root);
  Verdict verdict;
  verdict.node = chain.back();
  const Call call = CallOf(tree, verdict.node);
  if (IsDeclined(tree, chain)) {
    const ViewSpan& span = tree.SpanOf(verdict.node);
    const std::string message = MessageOf(tree, verdict.node);
    verdict.kind = VerdictKind::kDeclined;
    verdict.text =
        absl::StrCat("declined: ", span.name, " answered ", StatusText(span));
    if (!message.empty()) absl::StrAppend(&verdict.text, ": ", message);
    return verdict;
  }
  verdict.kind = VerdictKind::kFailed;
  verdict.text = DescribeFailure(tree, verdict.node);
  AddServerSide(tree, call, &verdict);
  AddConsequences(tree, chain, call, &verdict);
  return verdict;
}

}  // namespace waybill
