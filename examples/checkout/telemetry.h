// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// All that the demo knows of tracing. Each service is a gRPC program that works
// without it: telemetry_waybill.cc implements this page with Waybill,
// telemetry_none.cc with nothing, and which of the two a binary links is the
// only difference between `payment` and `payment_plain`.
//
//   checkout::Telemetry telemetry("inventory");
//   telemetry.Install(builder);                          // RPCs served
//   auto channel = telemetry.CreateChannel(target);      // RPCs made
//   {
//     checkout::ScopedSpan query = checkout::DatabaseSpan(
//         "postgres.query", "postgresql", "reserve");    // our own work
//     if (!Reserve()) query.SetError("out of stock");
//   }
//
// A span is a child of the span that is current on its thread, is current
// itself until it is destroyed, and must be destroyed on the thread that made
// it. Telemetry's functions may be called from any thread. Nothing here fails:
// where tracing cannot start, the process says so once and runs untraced.
#ifndef EXAMPLES_CHECKOUT_TELEMETRY_H_
#define EXAMPLES_CHECKOUT_TELEMETRY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grpc {
class Channel;
class ServerBuilder;
}  // namespace grpc

namespace checkout {

class Telemetry {
 public:
  explicit Telemetry(const std::string& service_name);
  // Sends what has not been sent, within a bound, and says in one line on
  // stderr, beginning with "waybill: ", how many spans could not be.
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  void Install(grpc::ServerBuilder& builder);
  // To the server at target, in the clear.
  std::shared_ptr<grpc::Channel> CreateChannel(const std::string& target);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class ScopedSpan {
 public:
  struct State;
  explicit ScopedSpan(std::unique_ptr<State> state);
  ~ScopedSpan();
  ScopedSpan(const ScopedSpan&) = delete;
  ScopedSpan& operator=(const ScopedSpan&) = delete;

  void SetAttribute(const std::string& key, const std::string& value);
  void SetAttribute(const std::string& key, int64_t value);
  void SetError(const std::string& what);

  // The value of the HTTP response header "traceresponse", which tells the
  // caller the trace's id. Empty when untraced.
  std::string TraceResponse() const;

 private:
  std::unique_ptr<State> state_;
};

// The values of an HTTP request's header, by its lower-case name.
using HeaderLookup =
    std::function<std::vector<std::string>(const std::string& name)>;

// Serving an HTTP request: continues the trace that the request's headers
// name, or begins one.
ScopedSpan HttpServerSpan(const std::string& method, const std::string& path,
                          const HeaderLookup& headers);

// A request to a store; system and operation as in OpenTelemetry's
// db.system.name and db.operation.name.
ScopedSpan DatabaseSpan(const std::string& name, const std::string& system,
                        const std::string& operation);

// Adds the current span's context to the properties of a message to be sent.
void InjectContext(std::map<std::string, std::string>& properties);

// Handling a message: continues the trace that its properties name.
ScopedSpan ConsumerSpan(const std::string& name,
                        const std::map<std::string, std::string>& properties);

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_TELEMETRY_H_
