// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A gRPC server that takes any call, remembers it, and answers as it is told,
// rightly or not.
//
//   waybill::FakeCollector collector([](const waybill::FakeCollector::Call&) {
//     waybill::FakeCollector::Reply reply;
//     reply.status = grpc::Status(grpc::UNAVAILABLE, "later");
//     return reply;
//   });
//   ... export to collector.address() ...
//   EXPECT_EQ(collector.calls().size(), 1u);
//
// Thread-safe. The reply function runs on gRPC's threads.
#ifndef WAYBILL_EXPORTERS_FAKE_COLLECTOR_FOR_TEST_H_
#define WAYBILL_EXPORTERS_FAKE_COLLECTOR_FOR_TEST_H_

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "waybill/recorder/mutex.h"

namespace waybill {

class FakeCollector {
 public:
  struct Call {
    size_t number = 0;  // from 0
    std::string method;
    std::multimap<std::string, std::string> headers;
    std::string request;
  };

  struct Reply {
    std::string response;
    grpc::Status status;
    bool hang = false;  // until the client goes away
  };

  using ReplyTo = std::function<Reply(const Call&)>;

  // On a free port of 127.0.0.1. Null accepts every call; configure is for
  // what is unusual.
  explicit FakeCollector(
      ReplyTo reply_to = nullptr,
      std::shared_ptr<grpc::ServerCredentials> credentials =
          grpc::InsecureServerCredentials(),
      const std::function<void(grpc::ServerBuilder*)>& configure = nullptr);
  ~FakeCollector();

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  std::vector<Call> calls() const;
  // Returns once that many have arrived.
  void WaitForCalls(size_t count) const;

 private:
  class Service;
  class Reactor;

  Reply Receive(Call call);

  const ReplyTo reply_to_;
  std::unique_ptr<grpc::CallbackGenericService> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;

  mutable Mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Call> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_FAKE_COLLECTOR_FOR_TEST_H_
