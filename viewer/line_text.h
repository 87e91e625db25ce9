// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The words and colours of a line that tree, waterfall and outline share.
//
// Free functions without state; safe from any thread.
#ifndef WAYBILL_VIEWER_LINE_TEXT_H_
#define WAYBILL_VIEWER_LINE_TEXT_H_

#include <string>
#include <vector>

#include "waybill/viewer/text_style.h"
#include "waybill/viewer/trace_lines.h"
#include "waybill/viewer/trace_tree.h"

namespace waybill {

// What is odd about a line: "afterwards", "cycle", "missing parent".
std::vector<std::string> FlagsOf(const TraceTree& tree, const TraceLine& line);

// LineStatus() with the flags after it: "OK (afterwards)".
std::string StatusWithFlags(const TraceTree& tree, const TraceLine& line);

// Red for what failed, yellow for what was declined or cancelled.
Ink InkOfStatus(const TraceTree& tree, const TraceLine& line);

// The name behind the branches that lead to it, of width columns at the most.
// Levels past the tenth are not drawn but counted: "+5 ".
std::string TreeLabel(const TraceTree& tree, const TraceLine& line,
                      const TextStyle& style, size_t width);

// The branches that go past a second row of the line, which has_children or
// not.
std::string TreeTrunks(const TraceLine& line, bool has_children,
                       const TextStyle& style, size_t width);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_LINE_TEXT_H_
