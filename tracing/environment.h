// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Every environment variable that a traced program reads. This is the one place
// that names them, and environment.cc the one file that calls getenv(); but for
// agent/preload.cc, which has the C library alone to ask for WAYBILL_LOG.
//
// Source: OpenTelemetry specification, "Environment Variable Specification"
// and "OpenTelemetry Protocol Exporter"; the WAYBILL_ ones are for what that
// has no name for. What each means and its default stands in
// docs/configuration.md, which a test compares with this list.
//
//   waybill::Environment environment;              // the process's
//   absl::optional<std::string> name =
//       environment.Get(waybill::kOtelServiceName);
//
// An empty variable is as good as none, as OpenTelemetry has it.
//
// Reading is as thread-safe as getenv(): not while another thread sets one.
#ifndef WAYBILL_TRACING_ENVIRONMENT_H_
#define WAYBILL_TRACING_ENVIRONMENT_H_

#include <map>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace waybill {

struct EnvironmentVariable {
  const char* name;
};

inline constexpr EnvironmentVariable kOtelSdkDisabled = {"OTEL_SDK_DISABLED"};
inline constexpr EnvironmentVariable kOtelServiceName = {"OTEL_SERVICE_NAME"};
inline constexpr EnvironmentVariable kOtelResourceAttributes = {
    "OTEL_RESOURCE_ATTRIBUTES"};
inline constexpr EnvironmentVariable kOtelPropagators = {"OTEL_PROPAGATORS"};
inline constexpr EnvironmentVariable kOtelTracesSampler = {
    "OTEL_TRACES_SAMPLER"};
inline constexpr EnvironmentVariable kOtelTracesSamplerArg = {
    "OTEL_TRACES_SAMPLER_ARG"};
inline constexpr EnvironmentVariable kOtelTracesExporter = {
    "OTEL_TRACES_EXPORTER"};
inline constexpr EnvironmentVariable kOtelSemconvOptIn = {
    "OTEL_SEMCONV_STABILITY_OPT_IN"};

inline constexpr EnvironmentVariable kOtelBspScheduleDelay = {
    "OTEL_BSP_SCHEDULE_DELAY"};
inline constexpr EnvironmentVariable kOtelBspExportTimeout = {
    "OTEL_BSP_EXPORT_TIMEOUT"};
inline constexpr EnvironmentVariable kOtelBspMaxQueueSize = {
    "OTEL_BSP_MAX_QUEUE_SIZE"};
inline constexpr EnvironmentVariable kOtelBspMaxExportBatchSize = {
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE"};

inline constexpr EnvironmentVariable kOtelAttributeCountLimit = {
    "OTEL_ATTRIBUTE_COUNT_LIMIT"};
inline constexpr EnvironmentVariable kOtelAttributeValueLengthLimit = {
    "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT"};
inline constexpr EnvironmentVariable kOtelSpanAttributeCountLimit = {
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT"};
inline constexpr EnvironmentVariable kOtelSpanAttributeValueLengthLimit = {
    "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT"};
inline constexpr EnvironmentVariable kOtelSpanEventCountLimit = {
    "OTEL_SPAN_EVENT_COUNT_LIMIT"};
inline constexpr EnvironmentVariable kOtelSpanLinkCountLimit = {
    "OTEL_SPAN_LINK_COUNT_LIMIT"};
inline constexpr EnvironmentVariable kOtelEventAttributeCountLimit = {
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"};
inline constexpr EnvironmentVariable kOtelLinkAttributeCountLimit = {
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"};

// Of each pair the first one, for traces alone, wins.
inline constexpr EnvironmentVariable kOtlpTracesEndpoint = {
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"};
inline constexpr EnvironmentVariable kOtlpEndpoint = {
    "OTEL_EXPORTER_OTLP_ENDPOINT"};
inline constexpr EnvironmentVariable kOtlpTracesProtocol = {
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"};
inline constexpr EnvironmentVariable kOtlpProtocol = {
    "OTEL_EXPORTER_OTLP_PROTOCOL"};
inline constexpr EnvironmentVariable kOtlpTracesHeaders = {
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS"};
inline constexpr EnvironmentVariable kOtlpHeaders = {
    "OTEL_EXPORTER_OTLP_HEADERS"};
inline constexpr EnvironmentVariable kOtlpTracesTimeout = {
    "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT"};
inline constexpr EnvironmentVariable kOtlpTimeout = {
    "OTEL_EXPORTER_OTLP_TIMEOUT"};
inline constexpr EnvironmentVariable kOtlpTracesCompression = {
    "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION"};
inline constexpr EnvironmentVariable kOtlpCompression = {
    "OTEL_EXPORTER_OTLP_COMPRESSION"};
inline constexpr EnvironmentVariable kOtlpTracesInsecure = {
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE"};
inline constexpr EnvironmentVariable kOtlpInsecure = {
    "OTEL_EXPORTER_OTLP_INSECURE"};
inline constexpr EnvironmentVariable kOtlpTracesCertificate = {
    "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"};
inline constexpr EnvironmentVariable kOtlpCertificate = {
    "OTEL_EXPORTER_OTLP_CERTIFICATE"};
inline constexpr EnvironmentVariable kOtlpTracesClientKey = {
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY"};
inline constexpr EnvironmentVariable kOtlpClientKey = {
    "OTEL_EXPORTER_OTLP_CLIENT_KEY"};
inline constexpr EnvironmentVariable kOtlpTracesClientCertificate = {
    "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE"};
inline constexpr EnvironmentVariable kOtlpClientCertificate = {
    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"};

inline constexpr EnvironmentVariable kWaybillMemoryBytes = {
    "WAYBILL_MEMORY_BYTES"};
inline constexpr EnvironmentVariable kWaybillUntracedMethods = {
    "WAYBILL_UNTRACED_METHODS"};
inline constexpr EnvironmentVariable kWaybillPeerAddress = {
    "WAYBILL_PEER_ADDRESS"};
inline constexpr EnvironmentVariable kWaybillShutdownTimeout = {
    "WAYBILL_SHUTDOWN_TIMEOUT"};
inline constexpr EnvironmentVariable kWaybillOut = {"WAYBILL_OUT"};
inline constexpr EnvironmentVariable kWaybillLog = {"WAYBILL_LOG"};

// All of the above, in that order.
absl::Span<const EnvironmentVariable> AllEnvironmentVariables();

class Environment {
 public:
  // The process's.
  Environment() = default;
  // A made-up one, for tests. (No constructor: Environment({}) would be the
  // process's.)
  static Environment Of(std::map<std::string, std::string> variables) {
    Environment environment;
    environment.variables_ = std::move(variables);
    return environment;
  }

  absl::optional<std::string> Get(const EnvironmentVariable& variable) const;

 private:
  absl::optional<std::map<std::string, std::string>> variables_;
};

}  // namespace waybill

#endif  // WAYBILL_TRACING_ENVIRONMENT_H_
