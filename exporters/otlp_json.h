// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A batch of spans as OTLP's ExportTraceServiceRequest in JSON, on one line.
//
// Source: OTLP specification, "JSON Protobuf Encoding": names in
// lowerCamelCase, ids in hexadecimal, enumerations as numbers, 64-bit integers
// as strings; numbers that JSON has no form for are "NaN", "Infinity" and
// "-Infinity". Fields that have their default value are left out.
//
//   std::string line;
//   waybill::AppendOtlpJson(batch, &line);
//   line += '\n';
//
// The text is UTF-8 whatever the spans hold (utf8.h), and holds no line break.
// A function without state; safe from any thread.
#ifndef WAYBILL_EXPORTERS_OTLP_JSON_H_
#define WAYBILL_EXPORTERS_OTLP_JSON_H_

#include <string>

#include "waybill/recorder/span_exporter.h"

namespace waybill {

void AppendOtlpJson(const SpanBatch& batch, std::string* out);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_JSON_H_
