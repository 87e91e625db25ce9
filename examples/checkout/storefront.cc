// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/storefront.h"

#include <random>
#include <string>

#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::seconds kCheckoutTimeout(3);
// The frontend's own work: reading the cart, and writing the receipt.
constexpr std::chrono::milliseconds kCartTime(130);
constexpr std::chrono::milliseconds kReceiptTime(130);
constexpr int64_t kPriceCents = 1999;

std::string NewOrderId() {
  return "order-" + std::to_string(std::random_device()());
}

// What every call's end goes through: the log has a line for each failure.
grpc::Status Logged(const std::string& service, grpc::Status status) {
  if (!status.ok()) Log(service + " failed: " + status.error_message());
  return status;
}

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
    return {grpc::StatusCode::INVALID_ARGUMENT, "the cart is empty"};
  }
  WorkUntil(Clock::now() + kCartTime);
  const std::string order_id = NewOrderId();

  grpc::Status status = Verify(request.customer(), deadline);
  if (!status.ok()) return status;

  status = Charge(order_id, request.quantity(), deadline);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    Log("the order will be charged later");
  } else if (!status.ok()) {
    return status;
  }

  status = Reserve(order_id, request, deadline);
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

grpc::Status Storefront::Charge(const std::string& order_id, int quantity,
                                TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  payment::ChargeRequest request;
  request.set_order_id(order_id);
  request.set_amount_cents(kPriceCents * quantity);
  payment::ChargeReply reply;
  return Logged("payment", payment_.Charge(&context, request, &reply));
}

grpc::Status Storefront::Reserve(const std::string& order_id,
                                 const frontend::CheckoutRequest& order,
                                 TimePoint deadline) {
  grpc::ClientContext context;
  context.set_deadline(deadline);
  inventory::ReserveRequest request;
  request.set_order_id(order_id);
  request.set_item(order.item());
  request.set_quantity(order.quantity());
  inventory::ReserveReply reply;
  return Logged("inventory", inventory_.Reserve(&context, request, &reply));
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
