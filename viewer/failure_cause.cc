// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/failure_cause.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "waybill/viewer/outcome.h"

namespace waybill {
namespace {

// How far a node is to blame.
enum class Blame { kNone, kCancelled, kFailed };

bool IsCancelled(const ViewSpan& span) {
  const std::string status = StatusText(span);
  return status == "CANCELLED" || status == "499";
}

// Whether what went on below may have been cancelled because of the span.
bool CancelsCallees(const ViewSpan& span) {
  const std::string status = StatusText(span);
  return IsCancelled(span) || status == "DEADLINE_EXCEEDED" || status == "504";
}

std::vector<Blame> FindBlame(const TraceTree& tree) {
  std::vector<Blame> blame(tree.nodes.size(), Blame::kNone);
  // Children come after their parents in preorder.
  for (size_t i = tree.preorder.size(); i > 0; --i) {
    const size_t node = tree.preorder[i - 1];
    const ViewSpan& span = tree.SpanOf(node);
    const bool wrong = WentWrong(span);
    if (wrong && !IsCancelled(span)) {
      blame[node] = Blame::kFailed;
      continue;
    }
    if (!wrong && span.kind != ViewKind::kInternal) continue;
    if (wrong) blame[node] = Blame::kCancelled;
    for (size_t child : tree.nodes[node].children) {
      if (tree.nodes[child].after_parent) continue;
      blame[node] = std::max(blame[node], blame[child]);
    }
  }
  return blame;
}

// The child that brought node down, or kNone where node did so by itself.
size_t GuiltyChild(const TraceTree& tree, const std::vector<Blame>& blame,
                   size_t node) {
  Blame least =
      CancelsCallees(tree.SpanOf(node)) ? Blame::kFailed : Blame::kCancelled;
  std::vector<size_t> suspects;
  for (size_t child : tree.nodes[node].children) {
    if (tree.nodes[child].after_parent || blame[child] < least) continue;
    if (blame[child] == Blame::kFailed && least != Blame::kFailed) {
      least = Blame::kFailed;
      suspects.clear();
    }
    suspects.push_back(child);
  }
  if (suspects.empty()) return kNone;
  const auto ends_earlier = [&tree](size_t a, size_t b) {
    return tree.nodes[a].end < tree.nodes[b].end;
  };
  const size_t last =
      *std::max_element(suspects.begin(), suspects.end(), ends_earlier);
  size_t guilty = last;
  for (size_t suspect : suspects) {
    const bool beside_last = tree.nodes[suspect].end > tree.nodes[last].start;
    if (beside_last && ends_earlier(suspect, guilty)) guilty = suspect;
  }
  return guilty;
}

}  // namespace

std::vector<size_t> FindFailureChain(const TraceTree& tree, size_t top) {
  const std::vector<Blame> blame = FindBlame(tree);
  std::vector<size_t> chain;
  for (size_t at = top; at != kNone; at = GuiltyChild(tree, blame, at)) {
    chain.push_back(at);
  }
  // A span that only hands on what is below it is no cause.
  while (chain.size() > 1 && !WentWrong(tree.SpanOf(chain.back()))) {
    chain.pop_back();
  }
  return chain;
}

size_t FindAwaited(const TraceTree& tree, size_t node) {
  const int64_t moment = tree.nodes[node].end;
  const int64_t tolerance =
      std::max<int64_t>(1000 * 1000, tree.DurationOf(node) / 50);
  size_t awaited = node;
  while (true) {
    size_t next = kNone;
    for (size_t child : tree.nodes[awaited].children) {
      const TreeNode& candidate = tree.nodes[child];
      const bool at_work = candidate.start < moment &&
                           candidate.end >= moment - tolerance &&
                           tree.SpanOf(child).kind != ViewKind::kConsumer;
      // Of several, the one that had been at it for longest: the first.
      if (at_work && next == kNone) next = child;
    }
    if (next == kNone) return awaited;
    awaited = next;
  }
}

}  // namespace waybill
