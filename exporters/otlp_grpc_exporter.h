// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Sends spans to an OpenTelemetry collector, or any backend that takes OTLP,
// over gRPC.
//
// Source: OTLP specification 1.x, "OTLP/gRPC".
//
//   waybill::OtlpGrpcOptions options;
//   options.endpoint = "http://collector.example:4317";
//   options.headers = {{"api-key", key}};
//   absl::StatusOr<std::unique_ptr<waybill::SpanExporter>> exporter =
//       waybill::MakeOtlpGrpcExporter(std::move(options));
//
// Nothing is opened before the first Export(), so that a program may fork its
// workers after it has made one. The connection is its own: gRPC's pool of
// shared ones is not touched. Calls are marked as untraced (untraced_call.h),
// and run on the thread that calls Export(), which is the recorder's.
//
// Errors that OTLP calls retryable are tried again, after a pause that doubles
// and varies, or the one that the backend asks for; all within the time-out.
// Of a batch that had to be split, spans that did not get through count as
// rejected once others did.
//
// fork(): the child gets an exporter of its own, unless gRPC was in use in the
// parent at that moment. gRPC's threads, sockets and timers do not survive in
// a child; what it did there could even harm the parent, since both would poll
// the same descriptors. There CloneForFork() is null.
#ifndef WAYBILL_EXPORTERS_OTLP_GRPC_EXPORTER_H_
#define WAYBILL_EXPORTERS_OTLP_GRPC_EXPORTER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "waybill/exporters/otlp_encoder.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

struct OtlpGrpcOptions {
  // See otlp_endpoint.h for the forms it can have.
  std::string endpoint = "http://localhost:4317";
  // For an endpoint that begins with no scheme: no TLS.
  bool insecure = false;

  // Sent with each request. Names are made lower-case, as HTTP/2 wants them.
  std::vector<std::pair<std::string, std::string>> headers;

  // For all of an Export(): every request and every pause before a retry.
  absl::Duration timeout = absl::Seconds(10);
  // The pause before the first retry, give or take a half. The next ones are
  // twice as long each, up to 5 s.
  absl::Duration initial_backoff = absl::Seconds(1);

  bool gzip = false;
  size_t max_request_bytes = OtlpEncoder::kDefaultMaxRequestBytes;

  // With TLS, in PEM. No root certificates: the system's. The client's own
  // certificate and key come together, for a backend that asks for them.
  std::string root_certificates_pem;
  std::string client_certificate_pem;
  std::string client_key_pem;
};

// An error names the option that is wrong.
absl::StatusOr<std::unique_ptr<SpanExporter>> MakeOtlpGrpcExporter(
    OtlpGrpcOptions options);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_GRPC_EXPORTER_H_
