// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The instrumentation scope that every span is sent under, and what it tells
// about the spans that are not sent: a backend that shows the scope's
// attributes shows that "12 spans of this process were lost".
//
//   waybill::ForEachLoss(batch.counts, [&](absl::string_view key,
//                                          uint64_t spans) { ... });
#ifndef WAYBILL_EXPORTERS_SCOPE_H_
#define WAYBILL_EXPORTERS_SCOPE_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "waybill/recorder/recorder_counts.h"

namespace waybill {

inline constexpr absl::string_view kScopeName = "waybill";
inline constexpr absl::string_view kScopeVersion = "0.1.0";

// Attributes of the scope: the sum, then each reason that has a part in it;
// none where nothing was lost.
inline void ForEachLoss(
    const RecorderCounts& counts,
    absl::FunctionRef<void(absl::string_view key, uint64_t spans)> visit) {
  const auto some = [&](absl::string_view key, uint64_t spans) {
    if (spans > 0) visit(key, spans);
  };
  some("waybill.spans.dropped", counts.dropped());
  some("waybill.spans.dropped.no_room", counts.no_room);
  some("waybill.spans.dropped.export_failed", counts.export_failed);
  some("waybill.spans.dropped.rejected", counts.rejected);
  some("waybill.spans.dropped.after_shutdown", counts.after_shutdown);
}

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_SCOPE_H_
