// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/storefront.h"

#include <functional>
#include <random>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::seconds kCheckoutTimeout(3);
// The frontend's own work: reading the cart, and writing the receipt.
constexpr std::chrono::milliseconds kCartTime(130);
constexpr std::chrono::milliseconds kReceiptTime(130);
// So long payment may take before the goods are reserved without waiting for
// it. It is late enough that payment, which gives Stripe 2,600 ms, has its last
// word before a reservation can be committed, which takes 260 ms: so there is
// none to be taken back.
constexpr absl::Duration kPatience = absl::Milliseconds(2400);
constexpr int64_t kPriceCents = 1999;

std::string NewOrderId() {
  return "order-" + std::to_string(std::random_device()());
}

// What every call's end goes through: the log has a line for each failure.
grpc::Status Logged(const std::string& service, grpc::Status status) {
  if (!status.ok()) Log(service + " failed: " + status.error_message());
  return status;
}

// A call that goes on while this thread does something else. It must be over
// before this object goes.
//
//   PendingCall<ChargeRequest, ChargeReply> call(deadline);
//   call.request.set_amount_cents(1999);
//   stub.async()->Charge(&call.context, &call.request, &call.reply,
//                        call.Done());
//   const grpc::Status& status = call.Wait();
template <typename Request, typename Reply>
class PendingCall {
 public:
  explicit PendingCall(Storefront::TimePoint deadline) {
    context.set_deadline(deadline);
  }

  std::function<void(grpc::Status)> Done() {
    return [this](grpc::Status status) {
      status_ = std::move(status);
      done_.Notify();
    };
  }

  // Whether it is over by then.
  bool WaitFor(absl::Duration timeout) {
    return done_.WaitForNotificationWithTimeout(timeout);
  }
  const grpc::Status& Wait() {
    done_.WaitForNotification();
    return status_;
  }

  grpc::ClientContext context;
  Request request;
  Reply reply;

 private:
  grpc::Status status_;
  absl::Notification done_;
};

}  // namespace

Storefront::Storefront(const Channel& auth, const Channel& payment,
                       const Channel& inventory, const Channel& fulfillment)
    : auth_(auth),
      payment_(payment),
      inventory_(inventory),
      fulfillment_(fulfillment) {}

Storefront::TimePoint Storefront::Deadline() {
  return std::chrono::system_clock::now() + kCheckoutTimeout;
}

grpc::Status Storefront::Checkout(const frontend::CheckoutRequest& request,
                                  TimePoint deadline,
                                  frontend::CheckoutReply* reply) {
  if (request.item().empty() || request.quantity() < 1) {
    return {grpc::StatusCode::INVALID_ARGUMENT,
            "a cart names an item, and a quantity from 1 if any, such as "
            "{\"customer\":\"ada\",\"item\":\"mug\",\"quantity\":1}"};
  }
  WorkUntil(Clock::now() + kCartTime);
  const std::string order_id = NewOrderId();

  grpc::Status status = Verify(request.customer(), deadline);
  if (!status.ok()) return status;

  status = ChargeAndReserve(order_id, request, deadline);
  if (!status.ok()) return status;

  status = Queue(order_id, request, deadline);
  if (!status.ok()) return status;

  WorkUntil(Clock::now() + kReceiptTime);
  reply->set_order_id(order_id);
  return grpc::Status::OK;
}

grpc::Status Storefront::Verify(const std::string& customer,
                                TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  auth::VerifyRequest request;
  request.set_customer(customer);
  auth::VerifyReply reply;
  return Logged("auth", auth_.Verify(&context, request, &reply));
}

grpc::Status Storefront::ChargeAndReserve(
    const std::string& order_id, const frontend::CheckoutRequest& order,
    TimePoint deadline) {
  PendingCall<payment::ChargeRequest, payment::ChargeReply> charge(deadline);
  charge.request.set_order_id(order_id);
  charge.request.set_amount_cents(kPriceCents * order.quantity());
  payment_.async()->Charge(&charge.context, &charge.request, &charge.reply,
                           charge.Done());
  if (!charge.WaitFor(kPatience)) {
    Log("payment is slow: reserving the goods meanwhile");
  } else if (!charge.Wait().ok()) {
    return Logged("payment", charge.Wait());
  }

  PendingCall<inventory::ReserveRequest, inventory::ReserveReply> reserve(
      deadline);
  reserve.request.set_order_id(order_id);
  reserve.request.set_item(order.item());
  reserve.request.set_quantity(order.quantity());
  inventory_.async()->Reserve(&reserve.context, &reserve.request,
                              &reserve.reply, reserve.Done());
  if (!charge.Wait().ok()) {
    reserve.context.TryCancel();
    reserve.Wait();
    return Logged("payment", charge.Wait());
  }
  return Logged("inventory", reserve.Wait());
}

grpc::Status Storefront::Queue(const std::string& order_id,
                               const frontend::CheckoutRequest& order,
                               TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  fulfillment::QueueRequest request;
  request.set_order_id(order_id);
  request.set_item(order.item());
  request.set_quantity(order.quantity());
  fulfillment::QueueReply reply;
  return Logged("fulfillment", fulfillment_.Queue(&context, request, &reply));
}

}  // namespace checkout
