// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The attributes of RPC spans: which there are, and under which names.
//
// Source: OpenTelemetry semantic conventions 1.39, "RPC spans" and "gRPC", and
// for Vocabulary::kOld version 1.26.
//
// Internal to this folder.
#ifndef WAYBILL_INTERCEPTORS_RPC_ATTRIBUTES_H_
#define WAYBILL_INTERCEPTORS_RPC_ATTRIBUTES_H_

#include <grpcpp/support/status.h>

#include "absl/strings/string_view.h"
#include "waybill/interceptors/rpc_options.h"
#include "waybill/recorder/span.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

// What all calls of a method share. method is "pkg.Service/Method".
const SpanTemplate* MakeRpcTemplate(absl::string_view method, SpanKind kind,
                                    RpcOptions::Vocabulary vocabulary);

// "DEADLINE_EXCEEDED" for 4; "CODE_UNKNOWN" for a number that gRPC does not
// have.
absl::string_view StatusCodeName(grpc::StatusCode code);

// server.address and server.port, from the target of a channel:
// "dns:///localhost:50051", "unix:/tmp/socket", "10.0.0.1:50051".
struct ServerAddress {
  std::string address;  // empty where the target names no single host
  int port = 0;         // 0 where there is none
};
ServerAddress ParseTarget(absl::string_view target);
void SetServerAddress(const SpanRef& span, const ServerAddress& server);

// The end of a call: whom it went to (null on a server), its code, and whether
// that is an error of the span. Together, since each further list of attributes
// costs as much as two attributes.
void SetRpcEnd(const SpanRef& span, const ServerAddress* server,
               grpc::StatusCode code, absl::string_view message,
               const StatusCodeSet& errors, RpcOptions::Vocabulary vocabulary);

// From gRPC's way to write a peer: "ipv4:127.0.0.1:50051".
void SetPeer(const SpanRef& span, absl::string_view peer);

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_RPC_ATTRIBUTES_H_
