// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A span's kind and the code of its status.
//
// Source: OpenTelemetry specification, Tracing API, "SpanKind" and "Set
// Status". The numbers are those of OTLP.
#ifndef WAYBILL_RECORDER_SPAN_KIND_H_
#define WAYBILL_RECORDER_SPAN_KIND_H_

#include <cstdint>

namespace waybill {

enum class SpanKind : uint8_t {
  kInternal = 1,  // work inside one process
  kServer = 2,    // answers a request from elsewhere
  kClient = 3,    // makes a request and waits for the answer
  kProducer = 4,  // hands over a message that is processed later
  kConsumer = 5,  // processes such a message
};

enum class StatusCode : uint8_t {
  kUnset = 0,
  kOk = 1,  // somebody checked, and says so: no later error changes it
  kError = 2,
};

}  // namespace waybill

#endif  // WAYBILL_RECORDER_SPAN_KIND_H_
