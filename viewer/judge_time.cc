// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/describe_span.h"
#include "waybill/viewer/failure_cause.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/trace_lines.h"
#include "waybill/viewer/verdict.h"

namespace waybill {
namespace {

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
  verdict->details.push_back(
      absl::StrCat(DescribeSpan(tree.SpanOf(worst->node)), " ran ",
                   FormatCount(worst->count), " times, one after the other: ",
                   FormatDuration(worst->self_time), " together"));
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

}  // namespace

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
  verdict.text = absl::StrCat(DescribeSpan(tree.SpanOf(longest->node)),
                              all_its_own ? " took " : " itself took ",
                              FormatDuration(longest->self_time), " of ",
                              FormatDuration(path.total), " (",
                              FormatShare(longest->self_time, path.total), ")");
  AddTransit(tree, path, *longest, &verdict);
  AddRepeats(tree, lines, *longest, &verdict);
  AddHandledFailures(tree, &verdict);
  return verdict;
}

}  // namespace waybill
