// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// auth.Auth: knows who is shopping. gRPC's sync server API.
#include "examples/checkout/auth.grpc.pb.h"
#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kVerifyTime(80);

class AuthService final : public auth::Auth::Service {
 public:
  grpc::Status Verify(grpc::ServerContext* context,
                      const auth::VerifyRequest* request,
                      auth::VerifyReply* /*reply*/) override {
    if (!WorkUntil(Clock::now() + kVerifyTime, *context)) {
      return grpc::Status::CANCELLED;
    }
    if (request->customer().empty()) {
      return {grpc::StatusCode::UNAUTHENTICATED, "who is shopping?"};
    }
    return grpc::Status::OK;
  }
};

}  // namespace
}  // namespace checkout

int main() {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("auth");
  checkout::AuthService service;
  return checkout::Serve(telemetry, service, stop);
}
