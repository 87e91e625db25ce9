// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/verdict.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "waybill/viewer/failure_cause.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/trace_lines.h"

namespace waybill {
namespace {

// A call has its service in its name; other work says where it was done.
std::string Describe(const ViewSpan& span) {
  if (span.kind == ViewKind::kServer || !RpcCode(span).empty()) {
    return span.name;
  }
  return absl::StrCat(span.name, " in ", span.service);
}

// Both halves of the call that a span is a half of; kNone for what is not
// there.
struct Call {
  size_t client = kNone;
  size_t server = kNone;
};

Call CallOf(const TraceTree& tree, size_t node) {
  if (tree.SpanOf(node).kind == ViewKind::kClient) {
    return {node, ServerHalf(tree, node)};
  }
  const size_t parent = tree.nodes[node].parent;
  const bool is_half = tree.SpanOf(node).kind == ViewKind::kServer &&
                       parent != kNone &&
                       tree.SpanOf(parent).kind == ViewKind::kClient;
  return {is_half ? parent : kNone, node};
}

// Whether message says more than the code, which "Deadline Exceeded" does not.
bool SaysMore(absl::string_view message, absl::string_view code) {
  const auto letters = [](absl::string_view text) {
    std::string kept;
    for (char c : text) {
      if (absl::ascii_isalnum(c)) kept.push_back(absl::ascii_tolower(c));
    }
    return kept;
  };
  return !message.empty() && letters(message) != letters(code);
}

std::string MessageOf(const TraceTree& tree, const Call& call, size_t node) {
  std::string message = FailureMessage(tree.SpanOf(node));
  for (size_t half : {call.client, call.server}) {
    if (message.empty() && half != kNone) {
      message = FailureMessage(tree.SpanOf(half));
    }
  }
  return message;
}

// "payment → stripe.Stripe/Charge: UNAVAILABLE: connection refused".
std::string DescribeFailure(const TraceTree& tree, size_t node) {
  const Call call = CallOf(tree, node);
  const ViewSpan& span = tree.SpanOf(node);
  const bool has_caller = call.client != kNone && !RpcCode(span).empty();
  const size_t outer = has_caller ? call.client : node;
  const std::string status = StatusText(tree.SpanOf(outer));
  std::string text =
      has_caller ? absl::StrCat(tree.SpanOf(outer).service, " → ", span.name)
                 : Describe(span);
  absl::StrAppend(&text, ": ", status);
  if (status == "DEADLINE_EXCEEDED" || status == "CANCELLED") {
    absl::StrAppend(&text, " after ", FormatDuration(tree.DurationOf(outer)));
  }
  const std::string message = MessageOf(tree, call, node);
  if (SaysMore(message, status)) absl::StrAppend(&text, ": ", message);
  return text;
}

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

Verdict JudgeFailure(const TraceTree& tree) {
  const std::vector<size_t> chain = FindFailureChain(tree, tree.main_root);
  Verdict verdict;
  verdict.node = chain.back();
  const Call call = CallOf(tree, verdict.node);
  if (IsDeclined(tree, chain)) {
    const ViewSpan& span = tree.SpanOf(verdict.node);
    const std::string message = MessageOf(tree, call, verdict.node);
    verdict.kind = VerdictKind::kDeclined;
    verdict.text =
        absl::StrCat("declined: ", span.name, " answered ", StatusText(span));
    if (SaysMore(message, StatusText(span))) {
      absl::StrAppend(&verdict.text, ": ", message);
    }
    return verdict;
  }
  verdict.kind = VerdictKind::kFailed;
  verdict.text = DescribeFailure(tree, verdict.node);
  AddServerSide(tree, call, &verdict);
  AddConsequences(tree, chain, call, &verdict);
  return verdict;
}

// Where most of a call's time is its client's own, it was not the service.
void AddTransit(const TraceTree& tree, const CriticalPath& path,
                const TraceLine& line, Verdict* verdict) {
  if (line.client == kNone) return;
  const int64_t outside = path.self_time[line.client];
  if (outside <= path.self_time[line.node]) return;
  verdict->details.push_back(
      absl::StrCat(FormatDuration(outside), " of that passed between ",
                   tree.SpanOf(line.client).service, " and ",
                   tree.SpanOf(line.node).service, ": network and queues, not ",
                   tree.SpanOf(line.node).service, "'s handler"));
}

// A loop of short calls hides behind one that is longer than any of them.
void AddRepeats(const TraceTree& tree, const std::vector<TraceLine>& lines,
                const TraceLine& longest, Verdict* verdict) {
  struct Group {
    int64_t count = 0;
    int64_t self_time = 0;
    size_t node = kNone;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const TraceLine& line : lines) {
    if (!line.on_path) continue;
    const ViewSpan& span = tree.SpanOf(line.node);
    Group& group = groups[{span.service, span.name}];
    ++group.count;
    group.self_time += line.self_time;
    group.node = line.node;
  }
  const Group* worst = nullptr;
  for (const auto& [name, group] : groups) {
    if (group.count < 3 || group.self_time <= longest.self_time) continue;
    if (worst == nullptr || group.self_time > worst->self_time) worst = &group;
  }
  if (worst == nullptr) return;
  verdict->details.push_back(absl::StrCat(
      Describe(tree.SpanOf(worst->node)), " ran ", FormatCount(worst->count),
      " times, one after the other: ", FormatDuration(worst->self_time),
      " together"));
}

void AddHandledFailures(const TraceTree& tree, Verdict* verdict) {
  int64_t count = 0;
  size_t first = kNone;
  std::vector<bool> below(tree.nodes.size(), false);
  for (size_t node : tree.preorder) {
    const size_t parent = tree.nodes[node].parent;
    // Who hedges a call cancels the slower one; that is no failure.
    const bool wrong = WentWrong(tree.SpanOf(node)) &&
                       StatusText(tree.SpanOf(node)) != "CANCELLED";
    const bool covered = parent != kNone && below[parent];
    below[node] = covered || wrong;
    if (!wrong || covered) continue;
    if (first == kNone) first = node;
    ++count;
  }
  if (count == 0) return;
  const size_t cause = FindFailureChain(tree, first).back();
  verdict->details.push_back(absl::StrCat(
      FormatPlural(count, "failure"), " did not fail the request",
      count == 1 ? ": " : ", the first: ", DescribeFailure(tree, cause)));
}

Verdict JudgeTime(const TraceTree& tree, const CriticalPath& path) {
  Verdict verdict;
  const std::vector<TraceLine> lines = MakeLines(tree, path, /*both=*/false);
  const TraceLine* longest = nullptr;
  for (const TraceLine& line : lines) {
    if (!line.on_path || tree.nodes[line.node].stand_in) continue;
    if (longest == nullptr || line.self_time > longest->self_time) {
      longest = &line;
    }
  }
  if (longest == nullptr) return verdict;
  verdict.node = longest->node;
  // Children that ran meanwhile have their own lines; say what is left.
  const bool all_its_own =
      longest->self_time >= tree.DurationOf(longest->outer()) / 50 * 49;
  verdict.text = absl::StrCat(Describe(tree.SpanOf(longest->node)),
                              all_its_own ? " took " : " itself took ",
                              FormatDuration(longest->self_time), " of ",
                              FormatDuration(path.total), " (",
                              FormatShare(longest->self_time, path.total), ")");
  AddTransit(tree, path, *longest, &verdict);
  AddRepeats(tree, lines, *longest, &verdict);
  AddHandledFailures(tree, &verdict);
  return verdict;
}

}  // namespace

Verdict JudgeTrace(const TraceTree& tree, const CriticalPath& path) {
  if (tree.main_root == kNone) {
    Verdict verdict;
    verdict.text = "no spans";
    return verdict;
  }
  return WentWrong(tree.SpanOf(tree.main_root)) ? JudgeFailure(tree)
                                                : JudgeTime(tree, path);
}

const char* VerdictName(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kOk:
      return "OK";
    case VerdictKind::kDeclined:
      return "DECLINED";
    case VerdictKind::kFailed:
      return "FAILED";
  }
  return "OK";
}

}  // namespace waybill
