// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// fulfillment.Fulfillment: puts orders on a Redis stream, where worker.cc finds
// them. gRPC's sync server API. The trace's context travels in the message's
// properties, which on a Redis stream are its fields.
#include <map>

#include "examples/checkout/fulfillment.grpc.pb.h"
#include "examples/checkout/redis.h"
#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kQueueTime(90);

class FulfillmentService final : public fulfillment::Fulfillment::Service {
 public:
  explicit FulfillmentService(std::string redis) : redis_(std::move(redis)) {}

  grpc::Status Queue(grpc::ServerContext* context,
                     const fulfillment::QueueRequest* request,
                     fulfillment::QueueReply* reply) override {
    if (!WorkUntil(Clock::now() + kQueueTime, *context)) {
      return grpc::Status::CANCELLED;
    }
    std::map<std::string, std::string> properties = {
        {"order", request->order_id()},
        {"item", request->item()},
        {"quantity", std::to_string(request->quantity())},
    };
    InjectContext(properties);

    std::vector<std::string> command = {"XADD", "orders", "*"};
    for (const auto& [name, value] : properties) {
      command.push_back(name);
      command.push_back(value);
    }
    const Redis::Reply message = Redis(redis_).Command(command);
    if (message == nullptr) {
      return {grpc::StatusCode::UNAVAILABLE, "the stream failed"};
    }
    reply->set_message_id(std::string(message->str, message->len));
    return grpc::Status::OK;
  }

 private:
  const std::string redis_;
};

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("fulfillment");
  checkout::FulfillmentService service(
      checkout::RequiredFlag(argc, argv, "redis"));
  return checkout::Serve(telemetry, service, stop);
}
