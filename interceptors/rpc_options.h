// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the interceptors record about an RPC, and about which RPCs.
//
// Source: OpenTelemetry semantic conventions, "RPC" and "gRPC".
#ifndef WAYBILL_INTERCEPTORS_RPC_OPTIONS_H_
#define WAYBILL_INTERCEPTORS_RPC_OPTIONS_H_

#include <grpcpp/support/status_code_enum.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace waybill {

// A set of gRPC status codes.
class StatusCodeSet {
 public:
  constexpr StatusCodeSet(std::initializer_list<grpc::StatusCode> codes) {
    for (grpc::StatusCode code : codes) bits_ |= Bit(code);
  }
  static constexpr StatusCodeSet AllButOk() {
    StatusCodeSet all({});
    all.bits_ = ~Bit(grpc::StatusCode::OK);
    return all;
  }
  constexpr bool Contains(grpc::StatusCode code) const {
    return (bits_ & Bit(code)) != 0;
  }

 private:
  // Applications may answer with numbers that the enumeration does not have:
  // all of those share the highest bit.
  static constexpr uint32_t Bit(grpc::StatusCode code) {
    return code >= 0 && code < 31 ? uint32_t{1} << code : uint32_t{1} << 31;
  }

  uint32_t bits_ = 0;
};

struct RpcOptions {
  // Which names attributes have. kNew: rpc.system.name, rpc.method =
  // "pkg.Service/Method", rpc.response.status_code = "DEADLINE_EXCEEDED". kOld:
  // rpc.system, rpc.service, rpc.method = "Method", rpc.grpc.status_code = 4.
  enum class Vocabulary { kNew, kOld, kBoth };
  Vocabulary vocabulary = Vocabulary::kNew;

  // Calls of these methods are not traced, and carry no context on:
  // "grpc.health.v1.Health/Check", or "grpc.health.v1.Health/*" for all of a
  // service.
  std::vector<std::string> untraced_methods;

  // Which codes make the span's status an error. On the server the others are
  // the caller's business: NOT_FOUND is an answer.
  StatusCodeSet client_errors = StatusCodeSet::AllButOk();
  StatusCodeSet server_errors = {
      grpc::StatusCode::UNKNOWN,       grpc::StatusCode::DEADLINE_EXCEEDED,
      grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::INTERNAL,
      grpc::StatusCode::UNAVAILABLE,   grpc::StatusCode::DATA_LOSS,
  };

  // Whether spans hold network.peer.address and network.peer.port. Off, as
  // the peer of a server may be a person.
  bool record_peer_address = false;
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_RPC_OPTIONS_H_
