// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Appends spans to a file, for later: each batch is one line of OTLP in JSON,
// which `waybill show` reads, and which OpenTelemetry's collector takes.
//
// Source: OpenTelemetry specification, "OpenTelemetry Protocol File Exporter".
//
//   absl::StatusOr<std::unique_ptr<waybill::SpanExporter>> exporter =
//       waybill::MakeOtlpJsonExporter("/tmp/traces.jsonl");
//
// Several processes may append to one file: each line is one write(2) to a
// file that was opened for appending. Where a line could be written in part
// only, because the disk is full, the next one begins on a line of its own.
//
// The file is created if it is not there, and never truncated. If it is moved
// away while it is open, lines go to where it went; where the program closes
// it, as daemons do with all that they find open, it is opened again.
#ifndef WAYBILL_EXPORTERS_OTLP_JSON_EXPORTER_H_
#define WAYBILL_EXPORTERS_OTLP_JSON_EXPORTER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

// An error if the file cannot be opened.
absl::StatusOr<std::unique_ptr<SpanExporter>> MakeOtlpJsonExporter(
    std::string path);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_JSON_EXPORTER_H_
