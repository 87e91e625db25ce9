// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// payment.Payment: charges the card. gRPC's callback server API, and the
// callback client API to ask Stripe and the fraud check at the same time.
//
// Both calls are made in the handler's body with a plain ClientContext: that
// is all it takes for them to be children of the call that is being served.
#include <grpcpp/alarm.h>

#include <atomic>

#include "examples/checkout/fraud.grpc.pb.h"
#include "examples/checkout/payment.grpc.pb.h"
#include "examples/checkout/service.h"
#include "examples/checkout/stripe.grpc.pb.h"

namespace checkout {
namespace {

// Payment's own work, after its two answers are there.
constexpr std::chrono::milliseconds kBookTime(50);
// What Stripe gets: the most that a checkout can wait. The frontend's patience
// (storefront.cc) is a little less.
constexpr std::chrono::milliseconds kAnswerTimeout(2600);
constexpr int kHighestFraudScore = 50;

class ChargeCall final : public grpc::ServerUnaryReactor {
 public:
  ChargeCall(const payment::ChargeRequest& request, payment::ChargeReply* reply,
             stripe::Stripe::Stub& stripe, fraud::Fraud::Stub& fraud)
      : reply_(reply) {
    const auto deadline = std::chrono::system_clock::now() + kAnswerTimeout;

    stripe_request_.set_order_id(request.order_id());
    stripe_request_.set_amount_cents(request.amount_cents());
    stripe_context_.set_deadline(deadline);
    stripe.async()->Charge(&stripe_context_, &stripe_request_, &stripe_reply_,
                           [this](grpc::Status status) {
                             stripe_status_ = std::move(status);
                             Answered();
                           });

    fraud_request_.set_order_id(request.order_id());
    fraud_request_.set_amount_cents(request.amount_cents());
    fraud_context_.set_deadline(deadline);
    fraud.async()->Check(&fraud_context_, &fraud_request_, &fraud_reply_,
                         [this](grpc::Status status) {
                           fraud_status_ = std::move(status);
                           Answered();
                         });
  }

 private:
  // Runs once for each of the two calls; the later one goes on.
  void Answered() {
    if (waiting_.fetch_sub(1) > 1) return;
    const grpc::Status verdict = Verdict();
    if (!verdict.ok()) {
      Finish(verdict);
      return;
    }
    reply_->set_charge_id(stripe_reply_.charge_id());
    booking_.Set(std::chrono::system_clock::now() + kBookTime,
                 [this](bool /*rang*/) { Finish(grpc::Status::OK); });
  }

  grpc::Status Verdict() const {
    using grpc::StatusCode;
    if (stripe_status_.error_code() == StatusCode::FAILED_PRECONDITION) {
      return stripe_status_;
    }
    if (stripe_status_.error_code() == StatusCode::DEADLINE_EXCEEDED) {
      Log("Stripe did not answer in time");
      return {StatusCode::DEADLINE_EXCEEDED, "Stripe did not answer in time"};
    }
    if (!stripe_status_.ok()) {
      Log("Stripe failed: " + stripe_status_.error_message());
      return {StatusCode::UNAVAILABLE, "Stripe is unavailable"};
    }
    if (!fraud_status_.ok()) {
      Log("no fraud check: " + fraud_status_.error_message());
      return {StatusCode::UNAVAILABLE, "the fraud check is unavailable"};
    }
    if (fraud_reply_.score() > kHighestFraudScore) {
      return {StatusCode::FAILED_PRECONDITION, "the purchase looks stolen"};
    }
    return grpc::Status::OK;
  }

  // Nobody waits for the answer any more. What was charged is booked even so.
  void OnCancel() override {
    stripe_context_.TryCancel();
    fraud_context_.TryCancel();
  }
  void OnDone() override { delete this; }

  payment::ChargeReply* const reply_;
  std::atomic<int> waiting_{2};
  grpc::Alarm booking_;

  grpc::ClientContext stripe_context_;
  stripe::ChargeRequest stripe_request_;
  stripe::ChargeReply stripe_reply_;
  grpc::Status stripe_status_;

  grpc::ClientContext fraud_context_;
  fraud::CheckRequest fraud_request_;
  fraud::CheckReply fraud_reply_;
  grpc::Status fraud_status_;
};

class PaymentService final : public payment::Payment::CallbackService {
 public:
  PaymentService(const std::shared_ptr<grpc::Channel>& stripe,
                 const std::shared_ptr<grpc::Channel>& fraud)
      : stripe_(stripe), fraud_(fraud) {}

  grpc::ServerUnaryReactor* Charge(grpc::CallbackServerContext* /*context*/,
                                   const payment::ChargeRequest* request,
                                   payment::ChargeReply* reply) override {
    return new ChargeCall(*request, reply, stripe_, fraud_);
  }

 private:
  stripe::Stripe::Stub stripe_;
  fraud::Fraud::Stub fraud_;
};

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("payment");
  checkout::PaymentService service(
      checkout::Dial(telemetry, checkout::RequiredFlag(argc, argv, "stripe")),
      checkout::Dial(telemetry, checkout::RequiredFlag(argc, argv, "fraud")));
  return checkout::Serve(telemetry, service, stop);
}
