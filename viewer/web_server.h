// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Serves what web_routes.h answers, to this machine's own browsers and tools.
//
//   absl::StatusOr<std::unique_ptr<waybill::WebServer>> server =
//       waybill::WebServer::Start("127.0.0.1:16680", &store);
//   std::cout << "http://127.0.0.1:" << (*server)->port() << "/";
//
// Stops when destroyed, within a second or so; the store must outlive it.
//
// Requests that http_guard.h refuses get a 403, and no other site may read or
// frame what is served. 16 connections at a time; more wait their turn.
#ifndef WAYBILL_VIEWER_WEB_SERVER_H_
#define WAYBILL_VIEWER_WEB_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "waybill/viewer/trace_store.h"

namespace waybill {

class WebServer {
 public:
  // address is host:port; port 0 picks a free one. Fails with InvalidArgument
  // for an address that is none and FAILED_PRECONDITION if the port is taken.
  static absl::StatusOr<std::unique_ptr<WebServer>> Start(
      const std::string& address, const TraceStore* store);
  ~WebServer();

  int port() const;

 private:
  class Impl;
  explicit WebServer(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_WEB_SERVER_H_
