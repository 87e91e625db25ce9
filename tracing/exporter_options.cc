// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/exporter_options.h"

#include <fstream>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/exporters/console_exporter.h"
#include "waybill/exporters/otlp_endpoint.h"
#include "waybill/exporters/otlp_grpc_exporter.h"
#include "waybill/exporters/otlp_json_exporter.h"
#include "waybill/tracing/parse.h"

namespace waybill {
namespace {

// The contents of the PEM file that the first variable that is set names.
absl::Status ReadFile(const Environment& environment,
                      std::initializer_list<EnvironmentVariable> variables,
                      std::string* contents) {
  const auto path = GetFirst(environment, variables);
  if (!path.has_value()) return absl::OkStatus();
  std::ifstream file(path->second, std::ios::binary);
  // PEM is text. (An istreambuf_iterator would throw for a directory.)
  if (!std::getline(file, *contents, '\0') || contents->empty()) {
    return BadValue(path->first, path->second,
                    "a file in PEM format that can be read");
  }
  return absl::OkStatus();
}

absl::Status ReadTransport(const Environment& environment,
                           OtlpGrpcOptions* otlp) {
  const auto protocol =
      GetFirst(environment, {kOtlpTracesProtocol, kOtlpProtocol});
  if (protocol.has_value() && protocol->second != "grpc") {
    return BadValue(protocol->first, protocol->second,
                    "grpc, the one protocol that this exporter speaks");
  }
  const auto headers =
      GetFirst(environment, {kOtlpTracesHeaders, kOtlpHeaders});
  if (headers.has_value()) {
    auto pairs = ParsePairs(headers->first, headers->second);
    // The value may be a secret: it is not repeated.
    if (!pairs.ok()) return BadValue(headers->first, "...", kAllowedPairs);
    otlp->headers = *std::move(pairs);
  }
  const EnvironmentVariable timeout =
      environment.Get(kOtlpTracesTimeout).has_value() ? kOtlpTracesTimeout
      : environment.Get(kOtlpTimeout).has_value()     ? kOtlpTimeout
                                                      : kOtelBspExportTimeout;
  auto millis = GetNumber(environment, timeout, "milliseconds", 1, 2147483647);
  if (!millis.ok()) return millis.status();
  if (millis->has_value()) {
    otlp->timeout = absl::Milliseconds(static_cast<int64_t>(**millis));
  }
  const auto compression =
      GetFirst(environment, {kOtlpTracesCompression, kOtlpCompression});
  if (compression.has_value()) {
    if (compression->second != "gzip" && compression->second != "none") {
      return BadValue(compression->first, compression->second, "gzip or none");
    }
    otlp->gzip = compression->second == "gzip";
  }
  return absl::OkStatus();
}

absl::Status ReadSecurity(const Environment& environment,
                          OtlpGrpcOptions* otlp) {
  const EnvironmentVariable variable =
      environment.Get(kOtlpTracesInsecure).has_value() ? kOtlpTracesInsecure
                                                       : kOtlpInsecure;
  auto insecure = GetBool(environment, variable);
  if (!insecure.ok()) return insecure.status();
  otlp->insecure = insecure->value_or(false);
  absl::Status read =
      ReadFile(environment, {kOtlpTracesCertificate, kOtlpCertificate},
               &otlp->root_certificates_pem);
  if (read.ok()) {
    read = ReadFile(environment, {kOtlpTracesClientKey, kOtlpClientKey},
                    &otlp->client_key_pem);
  }
  if (read.ok()) {
    read = ReadFile(environment,
                    {kOtlpTracesClientCertificate, kOtlpClientCertificate},
                    &otlp->client_certificate_pem);
  }
  if (!read.ok()) return read;
  if (otlp->client_key_pem.empty() == otlp->client_certificate_pem.empty()) {
    return absl::OkStatus();
  }
  const auto alone = GetFirst(
      environment, {kOtlpTracesClientKey, kOtlpClientKey,
                    kOtlpTracesClientCertificate, kOtlpClientCertificate});
  return BadValue(alone->first, alone->second,
                  "enough: a client's key and its certificate come together");
}

absl::Status Prefix(absl::string_view name, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", status.message()));
}

absl::StatusOr<std::unique_ptr<SpanExporter>> MakeOtlp(const Options& options) {
  OtlpGrpcOptions otlp;
  absl::Status read = ReadTransport(options.environment, &otlp);
  if (read.ok()) read = ReadSecurity(options.environment, &otlp);
  if (!read.ok()) return read;
  const auto endpoint =
      GetFirst(options.environment, {kOtlpTracesEndpoint, kOtlpEndpoint});
  std::string source = "Options::otlp_endpoint";
  if (options.otlp_endpoint.has_value()) {
    otlp.endpoint = *options.otlp_endpoint;
  } else if (endpoint.has_value()) {
    source = endpoint->first;
    otlp.endpoint = endpoint->second;
  }
  const absl::Status parsed =
      ParseOtlpEndpoint(otlp.endpoint, otlp.insecure).status();
  if (!parsed.ok()) return Prefix(source, parsed);
  auto exporter = MakeOtlpGrpcExporter(std::move(otlp));
  if (exporter.ok()) return exporter;
  // All else has been looked at before.
  const auto headers =
      GetFirst(options.environment, {kOtlpTracesHeaders, kOtlpHeaders});
  return headers.has_value() ? Prefix(headers->first, exporter.status())
                             : exporter.status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpanExporter>> MakeExporter(
    const Options& options) {
  const absl::optional<std::string> out = options.environment.Get(kWaybillOut);
  const absl::optional<std::string> name =
      options.environment.Get(kOtelTracesExporter);
  if (out.has_value() && !name.has_value()) {
    auto exporter = MakeOtlpJsonExporter(*out);
    if (exporter.ok()) return exporter;
    return BadValue(kWaybillOut.name, *out,
                    absl::StrCat("a file that can be written: ",
                                 exporter.status().message()));
  }
  if (!name.has_value() || *name == "otlp") return MakeOtlp(options);
  if (*name == "console") return MakeConsoleExporter();
  if (*name == "none") return nullptr;
  return BadValue(kOtelTracesExporter.name, *name,
                  "one of otlp, console, none");
}

}  // namespace waybill
