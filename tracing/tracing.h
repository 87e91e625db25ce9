// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Tracing for this process, from start to end: the one object that a program
// makes.
//
//   int main() {
//     waybill::Options options;
//     options.service_name = "checkout";
//     auto tracing = waybill::Tracing::Start(std::move(options));
//     if (!tracing.ok()) {
//       std::cerr << tracing.status() << "\n";
//       return 1;
//     }
//     grpc::ServerBuilder builder;
//     builder.SetOption((*tracing)->ServerOption());
//     ...
//   }                                   // exports what is left, within 2 s
//
// Thread-safe. A second Tracing in the same process is possible: each channel
// and server belongs to the one that it got its interceptors from, and
// StartSpan() to the one that was started last.
//
// After its end, calls on its channels and servers go on untraced and still
// hand on the context that they were given.
#ifndef WAYBILL_TRACING_TRACING_H_
#define WAYBILL_TRACING_TRACING_H_

#include <grpcpp/channel.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/client_interceptor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "waybill/propagation/propagator.h"
#include "waybill/recorder/recorder_counts.h"
#include "waybill/tracing/options.h"

namespace waybill {

class Recorder;
class RpcInstrumentation;

class Tracing {
 public:
  static absl::StatusOr<std::unique_ptr<Tracing>> Start(Options options = {});
  static std::unique_ptr<Tracing> Start(FinalOptions options);

  // Shutdown() with the options' time-out, if there was none.
  ~Tracing();
  Tracing(const Tracing&) = delete;
  Tracing& operator=(const Tracing&) = delete;

  // For grpc::ServerBuilder::SetOption(): every call served is a span, which
  // is current in its handler.
  std::unique_ptr<grpc::ServerBuilderOption> ServerOption();

  // A channel whose every call is a span.
  std::shared_ptr<grpc::Channel> CreateChannel(
      const std::string& target,
      const std::shared_ptr<grpc::ChannelCredentials>& credentials,
      const grpc::ChannelArguments& arguments = grpc::ChannelArguments());

  // The same for a channel that is made elsewhere, by
  // grpc::experimental::CreateCustomChannelWithInterceptors(). target is for
  // server.address alone.
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
  ClientInterceptors(const std::string& target = "");

  // For every channel of this process, and every ServerBuilder that is made
  // from now on. To be called before gRPC is used. gRPC has room for one such
  // factory a process: AlreadyExists where another library has taken it; then
  // servers are traced and channels are not.
  absl::Status TraceAllRpcs();

  // Undoes it, whoever's it was, for calls and servers that come later.
  static void LeaveAllRpcs();

  // False if, at the deadline, spans that ended before the call were not yet
  // exported or counted as lost.
  bool Flush(absl::Duration timeout);

  // Has what has ended exported at once, by the thread that does that.
  // Async-signal-safe. False where there is none, as in a forked child that
  // has recorded nothing.
  bool WakeFromSignalHandler();

  // Exports what has ended, and stops. False if time ran out first.
  bool Shutdown(absl::Duration timeout);

  // What became of the spans, and what came off the wire that nobody could
  // read.
  RecorderCounts counts() const;
  ExtractCounts extract_counts() const;

 private:
  Tracing(std::unique_ptr<Recorder> recorder,
          RpcInstrumentation* instrumentation, absl::Duration shutdown_timeout);

  const std::unique_ptr<Recorder> recorder_;  // null where nothing is recorded
  RpcInstrumentation& instrumentation_;       // never destroyed
  const absl::Duration shutdown_timeout_;
};

// The context in an envelope other than gRPC's, read and written as the
// process's Tracing is set up to: for HTTP headers, messages and the like.
//
//   waybill::StartOptions options;
//   options.kind = waybill::SpanKind::kServer;
//   options.parent =
//       waybill::Extract(waybill::MapReader(request.headers)).span_context;
//   waybill::ScopedSpan span("POST /checkout", options);
//   ...
//   waybill::MapWriter writer(&message.properties);
//   waybill::Inject(writer);
//
// Without a Tracing there is nothing to extract and nothing is injected.
Context Extract(const CarrierReader& carrier);
// Writes the current context.
void Inject(CarrierWriter& carrier);

}  // namespace waybill

#endif  // WAYBILL_TRACING_TRACING_H_
