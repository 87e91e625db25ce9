// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/trace_notes.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "waybill/viewer/format.h"

namespace waybill {
namespace {

void NoteResources(const TraceTree& tree, std::vector<std::string>* notes) {
  for (size_t i = 0; i < tree.trace.resources.size(); ++i) {
    const ViewResource& resource = tree.trace.resources[i];
    if (resource.lost_spans > 0) {
      notes->push_back(absl::StrCat(
          FormatPlural(resource.lost_spans, "span"), " of ", resource.service,
          resource.lost_spans == 1 ? " was" : " were", " lost in its process"));
    }
    const int64_t offset = tree.clock_offsets[i];
    if (offset == 0) continue;
    notes->push_back(absl::StrCat("the clock of ", resource.service, " is ",
                                  FormatDuration(offset > 0 ? offset : -offset),
                                  offset > 0 ? " behind" : " ahead",
                                  ": corrected"));
  }
}

void NoteStructure(const TraceTree& tree, std::vector<std::string>* notes) {
  int64_t stand_ins = 0;
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    if (tree.nodes[i].stand_in) ++stand_ins;
    if (tree.nodes[i].cut_from_cycle) {
      notes->push_back(absl::StrCat(tree.SpanOf(i).name, " in ",
                                    tree.SpanOf(i).service,
                                    " is its own ancestor: cut loose"));
    }
    if (tree.nodes[i].missing_parent) {
      notes->push_back(absl::StrCat("the caller of ", tree.SpanOf(i).name,
                                    ", span ", tree.SpanOf(i).parent_id,
                                    ", has not come: not traced, or late"));
    }
  }
  if (stand_ins > 0) {
    notes->push_back(absl::StrCat(
        FormatPlural(stand_ins, "span"), stand_ins == 1 ? " has" : " have",
        " not come, but other spans have a parent there: late or lost"));
  }
  if (tree.duplicates > 0) {
    notes->push_back(absl::StrCat(
        FormatPlural(static_cast<int64_t>(tree.duplicates), "span"),
        " came twice: shown once"));
  }
}

void NoteSpans(const TraceTree& tree, std::vector<std::string>* notes) {
  int64_t with_problems = 0;
  int64_t dropped_details = 0;
  std::string first;
  for (const ViewSpan& span : tree.trace.spans) {
    dropped_details += span.dropped_details;
    if (span.problems.empty()) continue;
    if (++with_problems == 1) {
      first = absl::StrCat(span.name, " in ", span.service, ": ",
                           span.problems.front());
    }
  }
  if (with_problems > 0) {
    notes->push_back(absl::StrCat(FormatPlural(with_problems, "span"),
                                  with_problems == 1 ? " is" : " are",
                                  " malformed: ", first));
  }
  if (dropped_details > 0) {
    notes->push_back(absl::StrCat(
        FormatPlural(dropped_details, "attribute"),
        ", events or links were over the senders' limits: left out"));
  }
}

}  // namespace

std::vector<std::string> NotesOn(const TraceTree& tree) {
  std::vector<std::string> notes;
  NoteResources(tree, &notes);
  NoteStructure(tree, &notes);
  NoteSpans(tree, &notes);
  return notes;
}

}  // namespace waybill
