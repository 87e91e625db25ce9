// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/rpc_attributes.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace waybill {
namespace {

const AttributeKey kStatusCode = InternKey("rpc.response.status_code");
const AttributeKey kOldStatusCode = InternKey("rpc.grpc.status_code");
const AttributeKey kErrorType = InternKey("error.type");
const AttributeKey kServerAddress = InternKey("server.address");
const AttributeKey kServerPort = InternKey("server.port");
const AttributeKey kPeerAddress = InternKey("network.peer.address");
const AttributeKey kPeerPort = InternKey("network.peer.port");

constexpr absl::string_view kCodeNames[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

// Splits "host:port", "[v6]:port" and "host".
ServerAddress SplitHostPort(absl::string_view text) {
  ServerAddress result;
  absl::string_view host = text;
  const size_t colon = text.rfind(':');
  const bool is_v6 = absl::StartsWith(text, "[");
  const bool has_port =
      colon != absl::string_view::npos &&
      (is_v6 ? colon > 0 && text[colon - 1] == ']' : text.find(':') == colon);
  if (has_port) {
    host = text.substr(0, colon);
    // A port may also be a service's name.
    int port = 0;
    if (absl::SimpleAtoi(text.substr(colon + 1), &port) && port > 0 &&
        port <= 65535) {
      result.port = port;
    }
  }
  absl::ConsumePrefix(&host, "[");
  absl::ConsumeSuffix(&host, "]");
  result.address = std::string(host);
  return result;
}

}  // namespace

const SpanTemplate* MakeRpcTemplate(absl::string_view method, SpanKind kind,
                                    RpcOptions::Vocabulary vocabulary) {
  const size_t slash = method.rfind('/');
  const absl::string_view service =
      slash == absl::string_view::npos ? "" : method.substr(0, slash);
  const absl::string_view name =
      slash == absl::string_view::npos ? method : method.substr(slash + 1);
  switch (vocabulary) {
    case RpcOptions::Vocabulary::kNew:
      return MakeSpanTemplate(
          method, kind, {{"rpc.system.name", "grpc"}, {"rpc.method", method}});
    case RpcOptions::Vocabulary::kOld:
      if (service.empty()) {
        return MakeSpanTemplate(method, kind,
                                {{"rpc.system", "grpc"}, {"rpc.method", name}});
      }
      return MakeSpanTemplate(method, kind,
                              {{"rpc.system", "grpc"},
                               {"rpc.service", service},
                               {"rpc.method", name}});
    case RpcOptions::Vocabulary::kBoth:
      // rpc.method is in both; the new meaning wins, as the conventions'
      // migration plan has it.
      if (service.empty()) {
        return MakeSpanTemplate(method, kind,
                                {{"rpc.system.name", "grpc"},
                                 {"rpc.method", method},
                                 {"rpc.system", "grpc"}});
      }
      return MakeSpanTemplate(method, kind,
                              {{"rpc.system.name", "grpc"},
                               {"rpc.method", method},
                               {"rpc.system", "grpc"},
                               {"rpc.service", service}});
  }
  return nullptr;
}

absl::string_view StatusCodeName(grpc::StatusCode code) {
  constexpr int kCodes = sizeof(kCodeNames) / sizeof(kCodeNames[0]);
  return code >= 0 && code < kCodes ? kCodeNames[code] : "CODE_UNKNOWN";
}

void SetServerAddress(const SpanRef& span, const ServerAddress& server) {
  if (server.address.empty()) return;
  span.SetAttribute(kServerAddress, server.address);
  if (server.port != 0) span.SetAttribute(kServerPort, server.port);
}

void SetRpcEnd(const SpanRef& span, const ServerAddress* server,
               grpc::StatusCode code, absl::string_view message,
               const StatusCodeSet& errors, RpcOptions::Vocabulary vocabulary) {
  const absl::string_view name = StatusCodeName(code);
  if (vocabulary == RpcOptions::Vocabulary::kNew && server != nullptr &&
      server->port != 0) {
    span.SetAttributes({{kServerAddress, server->address},
                        {kServerPort, server->port},
                        {kStatusCode, name}});
  } else {
    if (server != nullptr) SetServerAddress(span, *server);
    if (vocabulary != RpcOptions::Vocabulary::kOld) {
      span.SetAttribute(kStatusCode, name);
    }
    if (vocabulary != RpcOptions::Vocabulary::kNew) {
      span.SetAttribute(kOldStatusCode, static_cast<int>(code));
    }
  }
  if (!errors.Contains(code)) return;
  span.SetAttribute(kErrorType, name);
  span.SetError(message);
}

ServerAddress ParseTarget(absl::string_view target) {
  for (absl::string_view scheme : {"unix://", "unix:", "unix-abstract:"}) {
    absl::string_view path = target;
    if (absl::ConsumePrefix(&path, scheme)) return {std::string(path), 0};
  }
  for (absl::string_view scheme : {"ipv4:", "ipv6:"}) {
    absl::string_view list = target;
    if (!absl::ConsumePrefix(&list, scheme)) continue;
    // More than one address is no single server.
    if (absl::StrContains(list, ',')) return {};
    return SplitHostPort(list);
  }
  const size_t authority = target.find("://");
  if (authority != absl::string_view::npos) {
    // dns://resolver/host:port; of other schemes the path names a service.
    const absl::string_view rest = target.substr(authority + 3);
    const size_t slash = rest.find('/');
    if (slash == absl::string_view::npos) return {};
    return SplitHostPort(rest.substr(slash + 1));
  }
  absl::ConsumePrefix(&target, "dns:");
  return SplitHostPort(target);
}

void SetPeer(const SpanRef& span, absl::string_view peer) {
  // Others are no addresses: "unknown", "inproc".
  if (!absl::StartsWith(peer, "ipv4:") && !absl::StartsWith(peer, "ipv6:") &&
      !absl::StartsWith(peer, "unix")) {
    return;
  }
  // gRPC escapes the brackets, as in a URI: "ipv6:%5B::1%5D:50051".
  const ServerAddress address =
      ParseTarget(absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}}));
  if (address.address.empty()) return;
  span.SetAttribute(kPeerAddress, address.address);
  if (address.port != 0) span.SetAttribute(kPeerPort, address.port);
}

}  // namespace waybill
