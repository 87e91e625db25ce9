// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// fraud.Fraud: scores a purchase. gRPC's callback server API; the service time
// is an alarm, so that no thread waits.
#include <grpcpp/alarm.h>

#include "examples/checkout/fraud.grpc.pb.h"
#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kCheckTime(120);

class CheckCall final : public grpc::ServerUnaryReactor {
 public:
  explicit CheckCall(fraud::CheckReply* reply) {
    alarm_.Set(std::chrono::system_clock::now() + kCheckTime,
               [this, reply](bool rang) {
                 if (rang) reply->set_score(3);
                 Finish(rang ? grpc::Status::OK : grpc::Status::CANCELLED);
               });
  }

 private:
  void OnCancel() override { alarm_.Cancel(); }
  void OnDone() override { delete this; }

  grpc::Alarm alarm_;
};

class FraudService final : public fraud::Fraud::CallbackService {
 public:
  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* /*context*/,
                                  const fraud::CheckRequest* /*request*/,
                                  fraud::CheckReply* reply) override {
    return new CheckCall(reply);
  }
};

}  // namespace
}  // namespace checkout

int main() {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("fraud");
  checkout::FraudService service;
  return checkout::Serve(telemetry, service, stop);
}
