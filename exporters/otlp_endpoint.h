// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Where an OTLP/gRPC backend is, as people write it:
//
//   http://127.0.0.1:4317     in the clear
//   https://collector.example:4317     with TLS
//   collector.example:4317    as insecure says
//   unix:/run/collector.sock  a local socket, in the clear
//
// Without a port, it is 4317. IPv6 addresses stand in brackets.
//
// Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter",
// OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_INSECURE.
#ifndef WAYBILL_EXPORTERS_OTLP_ENDPOINT_H_
#define WAYBILL_EXPORTERS_OTLP_ENDPOINT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace waybill {

struct OtlpEndpoint {
  std::string target;   // for gRPC: "dns:///127.0.0.1:4317"
  std::string address;  // for people: "127.0.0.1:4317"
  bool secure = false;
};

// An error says what is wrong with the text, and what is allowed.
absl::StatusOr<OtlpEndpoint> ParseOtlpEndpoint(absl::string_view text,
                                               bool insecure);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_ENDPOINT_H_
