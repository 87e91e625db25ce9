// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A checkout from beginning to end, whoever asked for it: the HTTP edge and
// the gRPC method of frontend.cc both come here.
//
//   checkout::Storefront storefront(auth, payment, inventory, fulfillment);
//   grpc::Status status = storefront.Checkout(
//       request, checkout::Storefront::Deadline(), &reply);
//
// It calls auth, payment, inventory and fulfillment one after another, each
// with the deadline of the whole checkout. Only when payment is very slow does
// it reserve the goods meanwhile, and cancels that should payment fail. May be
// used by any number of threads.
#ifndef EXAMPLES_CHECKOUT_STOREFRONT_H_
#define EXAMPLES_CHECKOUT_STOREFRONT_H_

#include <chrono>
#include <memory>

#include "examples/checkout/auth.grpc.pb.h"
#include "examples/checkout/frontend.pb.h"
#include "examples/checkout/fulfillment.grpc.pb.h"
#include "examples/checkout/inventory.grpc.pb.h"
#include "examples/checkout/payment.grpc.pb.h"

namespace checkout {

class Storefront {
 public:
  using Channel = std::shared_ptr<grpc::Channel>;
  using TimePoint = std::chrono::system_clock::time_point;

  Storefront(const Channel& auth, const Channel& payment,
             const Channel& inventory, const Channel& fulfillment);

  // By when a checkout that begins now must have its answer.
  static TimePoint Deadline();

  // Beyond OK: INVALID_ARGUMENT, UNAUTHENTICATED, FAILED_PRECONDITION for a
  // declined card, RESOURCE_EXHAUSTED for what is sold out, DEADLINE_EXCEEDED,
  // and what else a service answered.
  grpc::Status Checkout(const frontend::CheckoutRequest& request,
                        TimePoint deadline, frontend::CheckoutReply* reply);

 private:
  grpc::Status Verify(const std::string& customer, TimePoint deadline);
  grpc::Status ChargeAndReserve(const std::string& order_id,
                                const frontend::CheckoutRequest& request,
                                TimePoint deadline);
  grpc::Status Queue(const std::string& order_id,
                     const frontend::CheckoutRequest& request,
                     TimePoint deadline);

  auth::Auth::Stub auth_;
  payment::Payment::Stub payment_;
  inventory::Inventory::Stub inventory_;
  fulfillment::Fulfillment::Stub fulfillment_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_STOREFRONT_H_
