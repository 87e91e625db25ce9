// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// How much one span may hold. What goes past a limit is left out and counted
// on the span itself (dropped_attributes_count and its siblings); a string
// past its limit is cut at a character's boundary.
//
// Source: OpenTelemetry specification, "Span Limits"; the defaults are its
// defaults, and OTEL_SPAN_*_LIMIT set them.
//
// Whatever these say, all spans of a recorder share its fixed memory: see
// RecorderOptions::memory_bytes.
#ifndef WAYBILL_RECORDER_SPAN_LIMITS_H_
#define WAYBILL_RECORDER_SPAN_LIMITS_H_

#include <cstdint>
#include <limits>

namespace waybill {

struct SpanLimits {
  static constexpr uint32_t kNoLimit = std::numeric_limits<uint32_t>::max();

  uint32_t attributes = 128;
  uint32_t attribute_value_bytes = kNoLimit;
  uint32_t events = 128;
  uint32_t links = 128;
  uint32_t attributes_per_event = 128;
  uint32_t attributes_per_link = 128;
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_LIMITS_H_
