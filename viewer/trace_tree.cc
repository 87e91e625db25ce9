// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_tree.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

// Spans with the same id: one, or where client and server share theirs, two.
using SpansById = absl::flat_hash_map<std::string, std::vector<size_t>>;

class TreeBuilder {
 public:
  explicit TreeBuilder(ViewTrace trace) { tree_.trace = std::move(trace); }

  TraceTree Build() {
    DropDuplicates();
    parents_.assign(Spans().size(), kNone);
    tree_.nodes.resize(Spans().size());
    FindParents();
    CutCycles();
    ChooseMainRoot();
    CorrectClocks();
    AddStandIns();
    LinkChildren();
    Walk();
    return std::move(tree_);
  }

 private:
  std::vector<ViewSpan>& Spans() { return tree_.trace.spans; }

  void DropDuplicates() {
    absl::flat_hash_set<std::string> seen;
    std::vector<ViewSpan> kept;
    for (ViewSpan& span : Spans()) {
      const std::string key =
          absl::StrCat(KindName(span.kind), ":", span.span_id);
      if (!span.span_id.empty() && !seen.insert(key).second) {
        ++tree_.duplicates;
        continue;
      }
      kept.push_back(std::move(span));
    }
    Spans() = std::move(kept);
  }

  void FindParents() {
    SpansById by_id;
    for (size_t i = 0; i < Spans().size(); ++i) {
      if (!Spans()[i].span_id.empty()) by_id[Spans()[i].span_id].push_back(i);
    }
    for (size_t i = 0; i < Spans().size(); ++i) {
      parents_[i] = ParentOf(i, by_id);
      orphans_.push_back(parents_[i] == kNone && !Spans()[i].parent_id.empty());
    }
  }

  size_t ParentOf(size_t child, const SpansById& by_id) {
    const ViewSpan& span = Spans()[child];
    // Some tracers give both halves of a call one id.
    if (span.kind == ViewKind::kServer && !span.span_id.empty()) {
      for (size_t other : by_id.at(span.span_id)) {
        if (Spans()[other].kind == ViewKind::kClient) return other;
      }
    }
    const auto found = by_id.find(span.parent_id);
    if (span.parent_id.empty() || found == by_id.end()) return kNone;
    size_t best = found->second.front();
    for (size_t candidate : found->second) {
      const bool calls = span.kind == ViewKind::kServer &&
                         Spans()[candidate].kind == ViewKind::kClient;
      const bool same_process = Spans()[candidate].resource == span.resource &&
                                Spans()[best].resource != span.resource;
      if (calls || same_process) best = candidate;
    }
    return best;
  }

  void CutCycles() {
    enum : char { kNew, kOnWalk, kDone };
    std::vector<char> state(Spans().size(), kNew);
    for (size_t start = 0; start < Spans().size(); ++start) {
      size_t at = start;
      while (at != kNone && state[at] == kNew) {
        state[at] = kOnWalk;
        at = parents_[at];
      }
      const bool in_cycle = at != kNone && state[at] == kOnWalk;
      const size_t member = at;
      // Before the cut, after which a walk would not come round any more.
      for (at = start; at != kNone && state[at] == kOnWalk; at = parents_[at]) {
        state[at] = kDone;
      }
      if (in_cycle) CutCycleThrough(member);
    }
  }

  void CutCycleThrough(size_t member) {
    size_t earliest = member;
    for (size_t at = parents_[member]; at != member; at = parents_[at]) {
      if (Spans()[at].start < Spans()[earliest].start) earliest = at;
    }
    parents_[earliest] = kNone;
    tree_.nodes[earliest].cut_from_cycle = true;
  }

  void ChooseMainRoot() {
    size_t& chosen = tree_.main_root;
    bool chosen_is_root = false;
    for (size_t i = 0; i < Spans().size(); ++i) {
      if (parents_[i] != kNone) continue;
      const ViewSpan& span = Spans()[i];
      const bool is_root = span.parent_id.empty();
      bool better = chosen == kNone || (is_root && !chosen_is_root);
      if (!better && is_root == chosen_is_root) {
        const ViewSpan& best = Spans()[chosen];
        better = is_root ? span.start < best.start
                         : span.end - span.start > best.end - best.start;
      }
      if (!better) continue;
      chosen = i;
      chosen_is_root = is_root;
    }
  }

  void CorrectClocks() {
    const size_t reference =
        tree_.main_root == kNone ? kNone : Spans()[tree_.main_root].resource;
    tree_.clock_offsets =
        EstimateClockOffsets(tree_.trace, parents_, reference);
    for (size_t i = 0; i < Spans().size(); ++i) {
      const ViewSpan& span = Spans()[i];
      const int64_t offset = tree_.clock_offsets[span.resource];
      // A span without times is shown where its parent begins.
      const bool timeless = span.start == 0 && parents_[i] != kNone;
      const ViewSpan& source = timeless ? Spans()[parents_[i]] : span;
      tree_.nodes[i].start = std::max<int64_t>(0, source.start + offset);
      tree_.nodes[i].end =
          timeless ? tree_.nodes[i].start
                   : std::max(tree_.nodes[i].start, span.end + offset);
    }
  }

  void AddStandIns() {
    const size_t orphans =
        static_cast<size_t>(std::count(orphans_.begin(), orphans_.end(), true));
    size_t roots = 0;
    for (size_t parent : parents_) roots += parent == kNone ? 1 : 0;
    if (orphans == 1 && roots == 1) {
      tree_.nodes[tree_.main_root].missing_parent = true;
      return;
    }
    absl::flat_hash_map<std::string, size_t> stand_ins;
    for (size_t i = 0; i < orphans_.size(); ++i) {
      if (!orphans_[i]) continue;
      const auto inserted =
          stand_ins.emplace(Spans()[i].parent_id, Spans().size());
      if (inserted.second) AddStandIn(i);
      parents_[i] = inserted.first->second;
      TreeNode& stand_in = tree_.nodes[parents_[i]];
      stand_in.start = std::min(stand_in.start, tree_.nodes[i].start);
      stand_in.end = std::max(stand_in.end, tree_.nodes[i].end);
    }
  }

  void AddStandIn(size_t child) {
    ViewSpan span;
    span.span_id = Spans()[child].parent_id;
    span.name = "(missing parent)";
    span.resource = Spans()[child].resource;
    Spans().push_back(std::move(span));
    parents_.push_back(kNone);
    TreeNode node;
    node.stand_in = true;
    node.start = tree_.nodes[child].start;
    node.end = tree_.nodes[child].end;
    tree_.nodes.push_back(std::move(node));
  }

  void LinkChildren() {
    std::vector<size_t> by_start(Spans().size());
    for (size_t i = 0; i < by_start.size(); ++i) by_start[i] = i;
    std::stable_sort(by_start.begin(), by_start.end(),
                     [this](size_t a, size_t b) {
                       return tree_.nodes[a].start < tree_.nodes[b].start;
                     });
    for (size_t i : by_start) {
      TreeNode& node = tree_.nodes[i];
      node.parent = parents_[i];
      if (node.parent == kNone) {
        tree_.roots.push_back(i);
        continue;
      }
      TreeNode& parent = tree_.nodes[node.parent];
      parent.children.push_back(i);
      node.after_parent = !parent.stand_in && node.start > parent.end;
    }
  }

  void Walk() {
    std::vector<size_t> stack(tree_.roots.rbegin(), tree_.roots.rend());
    while (!stack.empty()) {
      const size_t at = stack.back();
      stack.pop_back();
      tree_.preorder.push_back(at);
      const TreeNode& node = tree_.nodes[at];
      for (size_t i = node.children.size(); i > 0; --i) {
        const size_t child = node.children[i - 1];
        tree_.nodes[child].depth = node.depth + 1;
        stack.push_back(child);
      }
    }
  }

  TraceTree tree_;
  std::vector<size_t> parents_;
  std::vector<bool> orphans_;  // Have a parent, but it did not arrive.
};

}  // namespace

TraceTree BuildTraceTree(ViewTrace trace) {
  return TreeBuilder(std::move(trace)).Build();
}

}  // namespace waybill
