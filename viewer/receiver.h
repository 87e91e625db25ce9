// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The server that processes send their spans to: OTLP over gRPC.
//
// Source: OpenTelemetry Protocol specification, "OTLP/gRPC".
//
//   absl::StatusOr<std::unique_ptr<waybill::Receiver>> receiver =
//       waybill::Receiver::Start("127.0.0.1:4317", &store);
//   std::cout << (*receiver)->port();
//
// Stops when destroyed; the store must outlive it. Safe from any thread.
//
// Limits: messages of 16 MiB, 64 MiB for all that is under way, 32 calls at a
// time on a connection. Spans that the store refuses are answered with
// partial success, as the protocol has it, so that the sender does not try
// again. gRPC unpacks a compressed message before it looks at its size, so such
// a one may take more for a moment. Whoever can reach the port can send spans:
// it listens on this machine alone unless told otherwise.
#ifndef WAYBILL_VIEWER_RECEIVER_H_
#define WAYBILL_VIEWER_RECEIVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "waybill/viewer/trace_store.h"

namespace waybill {

class Receiver {
 public:
  // address is host:port; port 0 picks a free one. Fails with
  // FAILED_PRECONDITION if the port is taken.
  static absl::StatusOr<std::unique_ptr<Receiver>> Start(
      const std::string& address, TraceStore* store);
  ~Receiver();

  int port() const;

 private:
  class Impl;
  explicit Receiver(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_RECEIVER_H_
