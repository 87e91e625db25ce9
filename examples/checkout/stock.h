// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What is in stock, kept in PostgreSQL by libpq.
//
//   checkout::Stock stock(socket_folder);
//   absl::Status status = stock.Reserve({"order-1", "mug", 2}, service_time,
//                                       [&] { return context->IsCancelled();
//                                       });
//
// An object is one connection, for one thread; connecting takes a few
// milliseconds. A reservation is one transaction: it is there with its stock
// taken away, or neither is.
#ifndef EXAMPLES_CHECKOUT_STOCK_H_
#define EXAMPLES_CHECKOUT_STOCK_H_

#include <postgresql/libpq-fe.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace checkout {

class Stock {
 public:
  struct Reservation {
    std::string order_id;
    std::string item;
    int quantity;
  };
  using Cancelled = std::function<bool()>;

  // A connection that failed shows at the first use.
  explicit Stock(const std::string& socket_folder);

  // Makes the tables, and fills the shelves, where they are missing.
  absl::Status CreateTables();

  // Takes service_time, most of it as work of the database's, unless cancelled
  // becomes true: then the running statement is cancelled in the database, the
  // transaction is rolled back and the answer is CANCELLED. RESOURCE_EXHAUSTED
  // if there is too little, UNAVAILABLE if the database fails.
  absl::Status Reserve(const Reservation& reservation,
                       std::chrono::milliseconds service_time,
                       const Cancelled& cancelled);

 private:
  struct FreeConnection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  // One statement, and how many rows it returned or changed.
  absl::Status Run(const std::string& statement,
                   const std::vector<std::string>& values,
                   const Cancelled& cancelled, int* rows = nullptr);
  // Waits until the statement's result can be read, and cancels it if need be.
  absl::Status Await(const Cancelled& cancelled);
  absl::Status Failed() const;

  std::unique_ptr<PGconn, FreeConnection> connection_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_STOCK_H_
