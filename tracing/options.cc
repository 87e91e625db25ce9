// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/options.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "waybill/propagation/propagators.h"
#include "waybill/tracing/exporter_options.h"
#include "waybill/tracing/parse.h"
#include "waybill/tracing/resource.h"
#include "waybill/tracing/sampler_options.h"

namespace waybill {
namespace {

constexpr absl::Duration kDefaultShutdownTimeout = absl::Seconds(2);
constexpr uint64_t kMaxMillis = 2147483647;
constexpr uint64_t kMinMemoryBytes = 64 * 1024;
constexpr uint64_t kMaxMemoryBytes = uint64_t{16} << 30;

// Each function reads one group of settings into *result.

absl::Status ReadCount(const Environment& environment,
                       const EnvironmentVariable& variable, uint32_t* result) {
  auto number =
      GetNumber(environment, variable, "items or bytes", 0, kMaxMillis);
  if (!number.ok()) return number.status();
  if (number->has_value()) *result = static_cast<uint32_t>(**number);
  return absl::OkStatus();
}

absl::Status ReadMillis(const Environment& environment,
                        const EnvironmentVariable& variable,
                        absl::Duration* result) {
  auto number = GetNumber(environment, variable, "milliseconds", 0, kMaxMillis);
  if (!number.ok()) return number.status();
  if (number->has_value()) {
    *result = absl::Milliseconds(static_cast<int64_t>(**number));
  }
  return absl::OkStatus();
}

absl::Status ReadField(absl::string_view name,
                       const absl::optional<absl::Duration>& field,
                       absl::Duration* result) {
  if (!field.has_value()) return absl::OkStatus();
  if (*field < absl::ZeroDuration() ||
      *field > absl::Milliseconds(int64_t{kMaxMillis})) {
    return BadValue(name, absl::FormatDuration(*field),
                    absl::StrCat("from 0 to ", kMaxMillis, " milliseconds"));
  }
  *result = *field;
  return absl::OkStatus();
}

absl::Status ReadLimits(const Environment& environment, SpanLimits* limits) {
  // The general limits first: those for spans override them.
  const std::pair<EnvironmentVariable, uint32_t*> counts[] = {
      {kOtelAttributeCountLimit, &limits->attributes},
      {kOtelAttributeValueLengthLimit, &limits->attribute_value_bytes},
      {kOtelSpanAttributeCountLimit, &limits->attributes},
      {kOtelSpanAttributeValueLengthLimit, &limits->attribute_value_bytes},
      {kOtelSpanEventCountLimit, &limits->events},
      {kOtelSpanLinkCountLimit, &limits->links},
      {kOtelEventAttributeCountLimit, &limits->attributes_per_event},
      {kOtelLinkAttributeCountLimit, &limits->attributes_per_link},
  };
  for (const auto& count : counts) {
    absl::Status read = ReadCount(environment, count.first, count.second);
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::Status ReadRecorder(const Options& options, RecorderOptions* recorder) {
  const Environment& environment = options.environment;
  absl::Status read =
      ReadMillis(environment, kOtelBspScheduleDelay, &recorder->schedule_delay);
  if (!read.ok()) return read;
  auto batch =
      GetNumber(environment, kOtelBspMaxExportBatchSize, "spans", 1, 1'000'000);
  if (!batch.ok()) return batch.status();
  if (batch->has_value()) recorder->max_batch_spans = **batch;

  // A queue of so many spans is the memory that holds them.
  auto queue = GetNumber(environment, kOtelBspMaxQueueSize, "spans", 1,
                         kMaxMemoryBytes / RecorderOptions::kBytesPerSpan);
  if (!queue.ok()) return queue.status();
  if (queue->has_value()) {
    recorder->memory_bytes = std::max<size_t>(
        kMinMemoryBytes, **queue * RecorderOptions::kBytesPerSpan);
  }
  auto memory = GetNumber(environment, kWaybillMemoryBytes, "bytes",
                          kMinMemoryBytes, kMaxMemoryBytes);
  if (!memory.ok()) return memory.status();
  if (memory->has_value()) recorder->memory_bytes = **memory;

  read = ReadField("Options::schedule_delay", options.schedule_delay,
                   &recorder->schedule_delay);
  if (!read.ok()) return read;
  if (options.memory_bytes.has_value()) {
    if (*options.memory_bytes < kMinMemoryBytes ||
        *options.memory_bytes > kMaxMemoryBytes) {
      return BadValue("Options::memory_bytes",
                      absl::StrCat(*options.memory_bytes),
                      absl::StrCat("from ", kMinMemoryBytes, " to ",
                                   kMaxMemoryBytes, " bytes"));
    }
    recorder->memory_bytes = *options.memory_bytes;
  }
  return options.limits.has_value()
             ? (recorder->limits = *options.limits, absl::OkStatus())
             : ReadLimits(environment, &recorder->limits);
}

absl::Status ReadVocabulary(const Environment& environment, RpcOptions* rpc) {
  // A list for all of OpenTelemetry's conventions: what is not about RPC is
  // none of our business.
  const std::string list = environment.Get(kOtelSemconvOptIn).value_or("");
  for (absl::string_view item : absl::StrSplit(list, ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (item == "rpc") rpc->vocabulary = RpcOptions::Vocabulary::kNew;
    if (item == "rpc/old") rpc->vocabulary = RpcOptions::Vocabulary::kOld;
    if (item == "rpc/dup") {
      rpc->vocabulary = RpcOptions::Vocabulary::kBoth;
      return absl::OkStatus();
    }
    if (absl::StartsWith(item, "rpc/") && item != "rpc/old") {
      return BadValue(kOtelSemconvOptIn.name, list,
                      "a list with rpc, rpc/dup or rpc/old");
    }
  }
  return absl::OkStatus();
}

// What could never match a method is a mistake.
absl::Status CheckPatterns(absl::string_view name,
                           const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) {
    if (absl::EndsWith(pattern, "*") || pattern.find('/', 1) != pattern.npos) {
      continue;
    }
    return BadValue(name, pattern, "pkg.Service/Method or pkg.Service/*");
  }
  return absl::OkStatus();
}

absl::Status ReadRpc(const Options& options, RpcOptions* rpc) {
  absl::Status read = ReadVocabulary(options.environment, rpc);
  if (!read.ok()) return read;
  const absl::optional<std::string> untraced =
      options.environment.Get(kWaybillUntracedMethods);
  if (untraced.has_value()) {
    for (absl::string_view item : absl::StrSplit(*untraced, ',')) {
      item = absl::StripAsciiWhitespace(item);
      if (!item.empty()) rpc->untraced_methods.emplace_back(item);
    }
  }
  read = CheckPatterns(kWaybillUntracedMethods.name, rpc->untraced_methods);
  if (!read.ok()) return read;
  auto peer = GetBool(options.environment, kWaybillPeerAddress);
  if (!peer.ok()) return peer.status();
  rpc->record_peer_address = peer->value_or(false);

  rpc->vocabulary = options.rpc_vocabulary.value_or(rpc->vocabulary);
  if (options.untraced_methods.has_value()) {
    rpc->untraced_methods = *options.untraced_methods;
    read = CheckPatterns("Options::untraced_methods", rpc->untraced_methods);
    if (!read.ok()) return read;
  }
  rpc->record_peer_address =
      options.record_peer_address.value_or(rpc->record_peer_address);
  rpc->client_errors = options.client_errors.value_or(rpc->client_errors);
  rpc->server_errors = options.server_errors.value_or(rpc->server_errors);
  return absl::OkStatus();
}

absl::Status ReadPropagator(const Options& options,
                            std::unique_ptr<const Propagator>* result) {
  const std::string names =
      options.propagators.has_value()
          ? *options.propagators
          : options.environment.Get(kOtelPropagators).value_or("");
  auto propagator = MakePropagator(names);
  if (!propagator.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.propagators.has_value() ? "Options::propagators"
                                                     : kOtelPropagators.name,
                     ": ", propagator.status().message()));
  }
  // One that does nothing is better none: nothing is done for it.
  if (!(*propagator)->Fields().empty()) *result = *std::move(propagator);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FinalOptions> Finalize(Options options) {
  FinalOptions result;
  auto disabled = GetBool(options.environment, kOtelSdkDisabled);
  if (!disabled.ok()) return disabled.status();
  result.disabled = disabled->value_or(false);

  absl::Status read = ReadPropagator(options, &result.propagator);
  if (read.ok()) read = ReadRpc(options, &result.rpc);
  if (read.ok()) read = ReadRecorder(options, &result.recorder);
  if (!read.ok()) return read;

  result.shutdown_timeout = kDefaultShutdownTimeout;
  read = ReadMillis(options.environment, kWaybillShutdownTimeout,
                    &result.shutdown_timeout);
  if (!read.ok()) return read;
  read = ReadField("Options::shutdown_timeout", options.shutdown_timeout,
                   &result.shutdown_timeout);
  if (!read.ok()) return read;

  auto resource = MakeResource(options);
  if (!resource.ok()) return resource.status();
  result.recorder.resource = *std::move(resource);

  result.recorder.sampler = std::move(options.sampler);
  if (result.recorder.sampler == nullptr) {
    auto sampler = MakeSampler(options.environment);
    if (!sampler.ok()) return sampler.status();
    result.recorder.sampler = *std::move(sampler);
  }

  result.exporter = std::move(options.exporter);
  // One that would get no spans need not open a file, nor be in order.
  if (result.exporter == nullptr && !result.disabled) {
    auto exporter = MakeExporter(options);
    if (!exporter.ok()) return exporter.status();
    result.exporter = *std::move(exporter);
  }
  result.recorder.log = std::move(options.log);
  return result;
}

}  // namespace waybill
