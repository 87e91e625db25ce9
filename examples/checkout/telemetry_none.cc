// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// No tracing: what a service has that was never told of Waybill.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "examples/checkout/telemetry.h"

namespace checkout {

struct Telemetry::State {};
struct ScopedSpan::State {};

Telemetry::Telemetry(const std::string& /*service_name*/) {}
Telemetry::~Telemetry() = default;

void Telemetry::Install(grpc::ServerBuilder& /*builder*/) {}

std::shared_ptr<grpc::Channel> Telemetry::CreateChannel(
    const std::string& target) {
  return grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
}

ScopedSpan::ScopedSpan(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ScopedSpan::~ScopedSpan() = default;

void ScopedSpan::SetAttribute(const std::string& /*key*/,
                              const std::string& /*value*/) {}
void ScopedSpan::SetAttribute(const std::string& /*key*/, int64_t /*value*/) {}
void ScopedSpan::SetError(const std::string& /*what*/) {}
std::string ScopedSpan::TraceResponse() const { return ""; }

ScopedSpan HttpServerSpan(const std::string& /*method*/,
                          const std::string& /*path*/,
                          const HeaderLookup& /*headers*/) {
  return ScopedSpan(nullptr);
}

ScopedSpan DatabaseSpan(const std::string& /*name*/,
                        const std::string& /*system*/,
                        const std::string& /*operation*/) {
  return ScopedSpan(nullptr);
}

void InjectContext(std::map<std::string, std::string>& /*properties*/) {}

ScopedSpan ConsumerSpan(
    const std::string& /*name*/,
    const std::map<std::string, std::string>& /*properties*/) {
  return ScopedSpan(nullptr);
}

}  // namespace checkout
