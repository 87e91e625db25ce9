// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What became of every span of a recorder. At every moment at which no span is
// just starting or ending,
//
//   started = ended + open
//   ended   = exported + export_failed + rejected + after_shutdown + held
//
// holds exactly, and no_room counts the spans that could not even start.
#ifndef WAYBILL_RECORDER_RECORDER_COUNTS_H_
#define WAYBILL_RECORDER_RECORDER_COUNTS_H_

#include <cstdint>

namespace waybill {

struct RecorderCounts {
  uint64_t started = 0;  // sampled, with room to record them
  uint64_t ended = 0;
  uint64_t exported = 0;  // handed over, and accepted
  uint64_t held = 0;      // ended, and still here

  // Dropped, by reason.
  uint64_t no_room = 0;         // the recorder's memory was full at the start
  uint64_t export_failed = 0;   // the exporter gave up
  uint64_t rejected = 0;        // the backend accepted the batch without them
  uint64_t after_shutdown = 0;  // ended when nobody exported any more

  uint64_t not_sampled = 0;  // by decision, not by loss

  uint64_t dropped() const {
    return no_room + export_failed + rejected + after_shutdown;
  }
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_RECORDER_COUNTS_H_
