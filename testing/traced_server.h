// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A traced gRPC server on a free port of this machine, for tests of how a
// service appears in traces.
//
//   MyService service;
//   waybill::TraceRecording recording;
//   waybill::TracedServer server(&recording, [&](grpc::ServerBuilder& builder)
//   {
//     builder.RegisterService(&service);
//   });
//   auto stub = My::NewStub(server.channel());
//   ... calls ...
//   EXPECT_EQ(recording.Tree(),
//             "my.My/Method CLIENT\n"
//             "  my.My/Method SERVER\n");
//
// Several servers may share a recording, which must outlive them: the trace of
// a call from one to the other is then in one place.
//
// TraceRecording is thread-safe. Each one leaves a few hundred bytes behind:
// what gRPC may use at any time is never destroyed.
#ifndef WAYBILL_TESTING_TRACED_SERVER_H_
#define WAYBILL_TESTING_TRACED_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "waybill/interceptors/rpc_instrumentation.h"
#include "waybill/propagation/propagators.h"
#include "waybill/recorder/recorder.h"
#include "waybill/testing/in_memory_exporter.h"

namespace waybill {

class TraceRecording {
 public:
  struct Options {
    RpcOptions rpc;
    RecorderOptions recorder;
    // As in OTEL_PROPAGATORS; "" for no propagator at all.
    std::string propagators = std::string(kDefaultPropagators);
    // Tells the calls that must not be traced; null where there are none.
    RpcInstrumentation::IsUntraced is_untraced = nullptr;
  };

  TraceRecording();
  explicit TraceRecording(Options options);

  // While it lives, StartSpan() without a tracer records here as well.
  ~TraceRecording();

  Recorder& recorder() { return *recorder_; }
  RpcInstrumentation& instrumentation() { return instrumentation_; }

  // A channel whose calls are traced.
  std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target);

  // All spans so far. Waits until none is open, for 10 seconds at the most: a
  // server's span may end a little after the client has its answer.
  std::vector<FinishedSpan> Spans();
  // The same, as one text: see span_tree.h.
  std::string Tree();
  void Clear() { spans_->Clear(); }

 private:
  TraceRecording(std::unique_ptr<InMemoryExporter> exporter, Options options);

  const std::shared_ptr<FinishedSpans> spans_;
  const std::unique_ptr<Recorder> recorder_;
  RpcInstrumentation& instrumentation_;
};

class TracedServer {
 public:
  using Configure = std::function<void(grpc::ServerBuilder&)>;

  // configure registers services. Without a recording, nothing is traced: the
  // same server to compare with.
  TracedServer(TraceRecording* recording, const Configure& configure);
  // Calls that go on are cancelled.
  ~TracedServer();

  // "127.0.0.1:" and the port.
  const std::string& address() const { return address_; }
  grpc::Server& server() { return *server_; }
  // To this server; traced, if the server is.
  std::shared_ptr<grpc::Channel> channel();

  void Shutdown();

 private:
  TraceRecording* const recording_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace waybill

#endif  // WAYBILL_TESTING_TRACED_SERVER_H_
