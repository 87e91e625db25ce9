// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A PostgreSQL and a Redis of the demo's own, empty, on Unix sockets in a
// folder; nothing listens on a port and nothing of the system's is touched.
//
//   absl::StatusOr<Stores> stores = Stores::Start("/tmp/checkout-x7");
//   if (!stores.ok()) return stores.status();
//
// They end with the object; the folder and what is in it is the caller's to
// remove. A socket's path has 107 bytes at most, so the folder's must be short.
#ifndef EXAMPLES_CHECKOUT_STORES_H_
#define EXAMPLES_CHECKOUT_STORES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "examples/checkout/process.h"

namespace checkout {

class Stores {
 public:
  // Returns when both answer. Takes a second or two, most of it initdb.
  static absl::StatusOr<Stores> Start(const std::string& folder);

  // Where the clients find them: libpq's host, hiredis' path. PostgreSQL's user
  // and database are both called "postgres".
  const std::string& postgres_folder() const { return postgres_folder_; }
  const std::string& redis_socket() const { return redis_socket_; }

  absl::Status CheckRunning() const;

 private:
  Stores() = default;
  absl::Status StartPostgres();
  absl::Status StartRedis();

  std::string folder_;
  std::string postgres_folder_;
  std::string redis_socket_;
  std::unique_ptr<Process> postgres_;
  std::unique_ptr<Process> redis_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_STORES_H_
