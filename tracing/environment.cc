// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/environment.h"

#include <cstdlib>

namespace waybill {
namespace {

constexpr EnvironmentVariable kAll[] = {
    kOtelSdkDisabled,
    kOtelServiceName,
    kOtelResourceAttributes,
    kOtelPropagators,
    kOtelTracesSampler,
    kOtelTracesSamplerArg,
    kOtelTracesExporter,
    kOtelSemconvOptIn,
    kOtelBspScheduleDelay,
    kOtelBspExportTimeout,
    kOtelBspMaxQueueSize,
    kOtelBspMaxExportBatchSize,
    kOtelAttributeCountLimit,
    kOtelAttributeValueLengthLimit,
    kOtelSpanAttributeCountLimit,
    kOtelSpanAttributeValueLengthLimit,
    kOtelSpanEventCountLimit,
    kOtelSpanLinkCountLimit,
    kOtelEventAttributeCountLimit,
    kOtelLinkAttributeCountLimit,
    kOtlpTracesEndpoint,
    kOtlpEndpoint,
    kOtlpTracesProtocol,
    kOtlpProtocol,
    kOtlpTracesHeaders,
    kOtlpHeaders,
    kOtlpTracesTimeout,
    kOtlpTimeout,
    kOtlpTracesCompression,
    kOtlpCompression,
    kOtlpTracesInsecure,
    kOtlpInsecure,
    kOtlpTracesCertificate,
    kOtlpCertificate,
    kOtlpTracesClientKey,
    kOtlpClientKey,
    kOtlpTracesClientCertificate,
    kOtlpClientCertificate,
    kWaybillMemoryBytes,
    kWaybillUntracedMethods,
    kWaybillPeerAddress,
    kWaybillShutdownTimeout,
    kWaybillOut,
    kWaybillLog,
};

}  // namespace

absl::Span<const EnvironmentVariable> AllEnvironmentVariables() { return kAll; }

absl::optional<std::string> Environment::Get(
    const EnvironmentVariable& variable) const {
  std::string value;
  if (variables_.has_value()) {
    const auto found = variables_->find(variable.name);
    if (found != variables_->end()) value = found->second;
  } else {
    // Safe beside other readers; a program that sets variables while threads
    // run has that problem without us.
    const char* found =
        std::getenv(variable.name);  // NOLINT(concurrency-mt-unsafe)
    if (found != nullptr) value = found;
  }
  if (value.empty()) return absl::nullopt;
  return value;
}

}  // namespace waybill
