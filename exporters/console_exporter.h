// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Prints finished spans, a tree for each trace, for a person who watches:
//
//   trace 4bf92f3577b34da6a3ce929d0e0e4736
//     POST /checkout SERVER 1200.347 ms
//       payment.Payment/Charge CLIENT 450.102 ms ERROR: card declined
//
//   auto exporter = waybill::MakeConsoleExporter();   // to stderr
//
// A tree holds what one Export() brought of a trace. The recorder exports
// after a local root has ended, so that is mostly all that this process knows
// of it; a span whose parent is not there says "(parent elsewhere)". Children
// stand under their parent in the order in which they started, indented 40
// levels at most.
//
// Each batch is one write, so that other output does not come in between.
// Control characters in names are escaped. No colour.
#ifndef WAYBILL_EXPORTERS_CONSOLE_EXPORTER_H_
#define WAYBILL_EXPORTERS_CONSOLE_EXPORTER_H_

#include <unistd.h>

#include <memory>

#include "waybill/recorder/span_exporter.h"

namespace waybill {

// The descriptor stays the caller's, and open.
std::unique_ptr<SpanExporter> MakeConsoleExporter(
    int descriptor = STDERR_FILENO);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_CONSOLE_EXPORTER_H_
