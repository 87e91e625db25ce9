// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the interceptors of one Tracing share: the tracer, the propagator, the
// options and the tables of methods. Never destroyed, as gRPC keeps
// interceptors for as long as it likes.
//
// Thread-safe.
#ifndef WAYBILL_INTERCEPTORS_RPC_INSTRUMENTATION_H_
#define WAYBILL_INTERCEPTORS_RPC_INSTRUMENTATION_H_

#include <grpcpp/client_context.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "waybill/interceptors/method_table.h"
#include "waybill/interceptors/rpc_options.h"
#include "waybill/propagation/propagator.h"
#include "waybill/recorder/tracer.h"

namespace waybill {

class RpcInstrumentation {
 public:
  // Tells the calls that must never be traced, such as an exporter's own.
  using IsUntraced = bool (*)(const grpc::ClientContext&);

  // tracer must never be destroyed. propagator may be null: spans are recorded
  // and no context travels. is_untraced may be null.
  RpcInstrumentation(Tracer* tracer,
                     std::unique_ptr<const Propagator> propagator,
                     RpcOptions options, IsUntraced is_untraced)
      : tracer_(*tracer),
        propagator_(std::move(propagator)),
        fields_(propagator_ == nullptr ? std::vector<std::string>()
                                       : propagator_->Fields()),
        options_(std::move(options)),
        is_untraced_(is_untraced),
        client_methods_(SpanKind::kClient, options_),
        server_methods_(SpanKind::kServer, options_) {}
  RpcInstrumentation(const RpcInstrumentation&) = delete;
  RpcInstrumentation& operator=(const RpcInstrumentation&) = delete;

  // Whether there is anything to do for a call.
  bool enabled() const { return tracer_.enabled() || propagator_ != nullptr; }

  Tracer& tracer() const { return tracer_; }
  const Propagator* propagator() const { return propagator_.get(); }
  // The keys of metadata that the propagator may set.
  const std::vector<std::string>& fields() const { return fields_; }
  const RpcOptions& options() const { return options_; }
  MethodTable& client_methods() { return client_methods_; }
  MethodTable& server_methods() { return server_methods_; }

  bool MustNotTrace(const grpc::ClientContext& context) const {
    return is_untraced_ != nullptr && is_untraced_(context);
  }

  // What came off the wire and could not be read, since the start.
  void Count(const ExtractCounts& counts) {
    const auto add = [](std::atomic<uint64_t>& total, uint64_t more) {
      if (more != 0) total.fetch_add(more, std::memory_order_relaxed);
    };
    add(invalid_trace_context_, counts.invalid_trace_context);
    add(invalid_trace_state_, counts.invalid_trace_state);
    add(invalid_baggage_, counts.invalid_baggage);
  }
  ExtractCounts extract_counts() const {
    return {invalid_trace_context_, invalid_trace_state_, invalid_baggage_};
  }

 private:
  Tracer& tracer_;
  const std::unique_ptr<const Propagator> propagator_;
  const std::vector<std::string> fields_;
  const RpcOptions options_;
  const IsUntraced is_untraced_;
  MethodTable client_methods_;
  MethodTable server_methods_;
  std::atomic<uint64_t> invalid_trace_context_{0};
  std::atomic<uint64_t> invalid_trace_state_{0};
  std::atomic<uint64_t> invalid_baggage_{0};
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_RPC_INSTRUMENTATION_H_
