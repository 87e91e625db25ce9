// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What a program may decide about its tracing. A field that is left alone
// comes from the environment (docs/configuration.md), and from a default where
// that says nothing, either.
//
//   waybill::Options options;
//   options.service_name = "checkout";
//   options.sampler = waybill::ParentBased(waybill::TraceIdRatioBased(0.1));
//   auto tracing = waybill::Tracing::Start(std::move(options));
//
// A value that makes no sense, in a field or a variable, is an InvalidArgument
// error that names it, what it was, and what is allowed.
#ifndef WAYBILL_TRACING_OPTIONS_H_
#define WAYBILL_TRACING_OPTIONS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "waybill/interceptors/rpc_options.h"
#include "waybill/propagation/propagator.h"
#include "waybill/recorder/recorder.h"
#include "waybill/recorder/sampler.h"
#include "waybill/recorder/span_exporter.h"
#include "waybill/recorder/span_limits.h"
#include "waybill/tracing/environment.h"

namespace waybill {

struct Options {
  // What this process is called in traces. Otherwise OTEL_SERVICE_NAME, then
  // service.name of the resource attributes, then "unknown_service:" and the
  // program's name.
  absl::optional<std::string> service_name;

  // Facts about this process, such as {"deployment.environment.name", "dev"}.
  // They come on top of OTEL_RESOURCE_ATTRIBUTES.
  std::vector<std::pair<std::string, std::string>> resource_attributes;

  // Where spans go. Null: OTEL_TRACES_EXPORTER, which is otlp, console or
  // none; otherwise the file that WAYBILL_OUT names, otherwise otlp.
  std::unique_ptr<SpanExporter> exporter;

  // For the otlp exporter: "http://localhost:4317".
  absl::optional<std::string> otlp_endpoint;

  // Which traces are kept. Null: OTEL_TRACES_SAMPLER, otherwise all that the
  // caller keeps, and all that begin here.
  std::unique_ptr<Sampler> sampler;

  // How context travels: "tracecontext,baggage" or "none".
  absl::optional<std::string> propagators;

  absl::optional<RpcOptions::Vocabulary> rpc_vocabulary;
  // "grpc.health.v1.Health/*": see RpcOptions. The export of spans over OTLP
  // is never traced.
  absl::optional<std::vector<std::string>> untraced_methods;
  absl::optional<bool> record_peer_address;
  absl::optional<StatusCodeSet> client_errors;
  absl::optional<StatusCodeSet> server_errors;

  absl::optional<SpanLimits> limits;

  // See RecorderOptions.
  absl::optional<size_t> memory_bytes;
  absl::optional<absl::Duration> schedule_delay;

  // How long the end of a Tracing may take, at the most.
  absl::optional<absl::Duration> shutdown_timeout;

  // Where the rare line about lost spans goes. Null: stderr.
  std::function<void(absl::string_view)> log;

  // The variables; tests pass their own.
  Environment environment;
};

// The same with every question answered. Only Finalize() makes one, and only
// it can start anything: what is wrong is known before anything runs.
class FinalOptions {
 public:
  FinalOptions(FinalOptions&&) = default;
  FinalOptions& operator=(FinalOptions&&) = default;

  bool disabled = false;  // OTEL_SDK_DISABLED: context still passes through
  std::unique_ptr<SpanExporter> exporter;  // null: spans are not recorded
  RecorderOptions recorder;
  std::unique_ptr<const Propagator> propagator;  // null: none
  RpcOptions rpc;
  absl::Duration shutdown_timeout;

 private:
  friend absl::StatusOr<FinalOptions> Finalize(Options options);
  FinalOptions() = default;
};

absl::StatusOr<FinalOptions> Finalize(Options options);

}  // namespace waybill

#endif  // WAYBILL_TRACING_OPTIONS_H_
