// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What to know before trusting a trace: what was lost, what was corrected,
// what does not add up. A sentence each; none for a trace without flaws.
//
//   for (const std::string& note : waybill::NotesOn(tree)) Print(note);
//
//   12 spans of payment were lost in its process
//   the clock of stripe is 3.0 ms behind: corrected
//   2 spans came twice: shown once
//
// Text is UTF-8 and holds what peers sent: escape it before a terminal sees
// it. A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_TRACE_NOTES_H_
#define WAYBILL_VIEWER_TRACE_NOTES_H_

#include <string>
#include <vector>

#include "waybill/viewer/trace_tree.h"

namespace waybill {

std::vector<std::string> NotesOn(const TraceTree& tree);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_TRACE_NOTES_H_
