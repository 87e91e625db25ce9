// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// stripe.Stripe: the card processor. gRPC's completion-queue server API: one
// thread takes every event of every call from one queue.
//
// This is the one process whose behaviour the scenario changes; what the other
// services do follows from it.
#include <grpcpp/alarm.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "examples/checkout/service.h"
#include "examples/checkout/stripe.grpc.pb.h"

namespace checkout {
namespace {

struct Behaviour {
  // How long a charge takes; none: for ever.
  std::optional<std::chrono::milliseconds> charge_time;
  bool declines = false;
};

Behaviour BehaviourIn(const std::string& scenario) {
  using std::chrono::milliseconds;
  if (scenario == "slow-stripe") return {milliseconds(2000)};
  if (scenario == "timeout") return {std::nullopt};
  return {milliseconds(400), scenario == "declined"};
}

// What the queue hands back: called with whether the event happened.
using Event = std::function<void(bool)>;

class StripeServer {
 public:
  StripeServer(Telemetry& telemetry, Behaviour behaviour)
      : behaviour_(behaviour) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    queue_ = builder.AddCompletionQueue();
    server_ = StartServer(telemetry, builder);
  }

  // Returns when the signal has come and every event has been taken.
  void Run(const StopSignal& stop) {
    // Stopping is an event like the others, so that nothing else needs a lock.
    Event stopped = [this](bool) {
      stopping_ = true;
      queue_->Shutdown();
    };
    grpc::Alarm stop_alarm;
    std::thread stopper([&] {
      stop.Wait();
      server_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
      stop_alarm.Set(queue_.get(), std::chrono::system_clock::now(), &stopped);
    });
    new ChargeCall(*this);
    void* tag = nullptr;
    bool happened = false;
    while (queue_->Next(&tag, &happened)) {
      (*static_cast<Event*>(tag))(happened);
    }
    stopper.join();
  }

 private:
  // One call, from waiting for it to arrive until its last event was taken.
  class ChargeCall {
   public:
    explicit ChargeCall(StripeServer& stripe)
        : stripe_(stripe), responder_(&context_) {
      context_.AsyncNotifyWhenDone(&over_);
      stripe_.service_.RequestCharge(&context_, &request_, &responder_,
                                     stripe_.queue_.get(), stripe_.queue_.get(),
                                     &arrived_);
    }

   private:
    void Arrived(bool happened) {
      if (!happened || stripe_.stopping_) {
        delete this;
        return;
      }
      new ChargeCall(stripe_);
      pending_ = 1;  // over_
      if (stripe_.behaviour_.charge_time.has_value()) {
        ++pending_;
        charging_.Set(
            stripe_.queue_.get(),
            std::chrono::system_clock::now() + *stripe_.behaviour_.charge_time,
            &charged_);
      }
    }

    void Charged(bool happened) {
      if (happened && !is_over_) {
        ++pending_;
        stripe::ChargeReply reply;
        reply.set_charge_id("ch_" + request_.order_id());
        responder_.Finish(
            reply,
            stripe_.behaviour_.declines
                ? grpc::Status(grpc::StatusCode::FAILED_PRECONDITION,
                               "the card was declined")
                : grpc::Status::OK,
            &answered_);
      }
      Taken();
    }

    // The caller has its answer, or has given up.
    void Over() {
      is_over_ = true;
      if (context_.IsCancelled()) Log("a caller gave up waiting for a charge");
      charging_.Cancel();
      Taken();
    }

    void Taken() {
      if (--pending_ == 0) delete this;
    }

    StripeServer& stripe_;
    grpc::ServerContext context_;
    stripe::ChargeRequest request_;
    grpc::ServerAsyncResponseWriter<stripe::ChargeReply> responder_;
    grpc::Alarm charging_;
    int pending_ = 0;  // events that the queue will still hand back
    bool is_over_ = false;

    Event arrived_ = [this](bool happened) { Arrived(happened); };
    Event charged_ = [this](bool happened) { Charged(happened); };
    Event answered_ = [this](bool) { Taken(); };
    Event over_ = [this](bool) { Over(); };
  };

  const Behaviour behaviour_;
  stripe::Stripe::AsyncService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  bool stopping_ = false;  // used by the thread in Run() alone
};

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("stripe");
  checkout::StripeServer(
      telemetry,
      checkout::BehaviourIn(checkout::RequiredFlag(argc, argv, "scenario")))
      .Run(stop);
  return 0;
}
