// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_response.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "waybill/exporters/proto_wire.h"

namespace waybill {
namespace {

bool IsNumber(const ProtoReader& reader, uint32_t field) {
  return reader.field() == field && reader.type() == WireType::kVarint;
}

bool IsBytes(const ProtoReader& reader, uint32_t field) {
  return reader.field() == field && reader.type() == WireType::kBytes;
}

// google.protobuf.Duration {seconds = 1, nanos = 2}.
absl::Duration ParseDuration(absl::string_view duration) {
  int64_t seconds = 0;
  int64_t nanos = 0;
  for (ProtoReader reader(duration); reader.Next();) {
    if (IsNumber(reader, 1)) seconds = static_cast<int64_t>(reader.number());
    if (IsNumber(reader, 2)) nanos = static_cast<int64_t>(reader.number());
  }
  return std::max(absl::Seconds(seconds) + absl::Nanoseconds(nanos),
                  absl::ZeroDuration());
}

// google.protobuf.Any {type_url = 1, value = 2}, maybe of
// RetryInfo {retry_delay = 1}.
absl::optional<absl::Duration> ParseRetryInfo(absl::string_view any) {
  absl::string_view type_url;
  absl::string_view value;
  for (ProtoReader reader(any); reader.Next();) {
    if (IsBytes(reader, 1)) type_url = reader.bytes();
    if (IsBytes(reader, 2)) value = reader.bytes();
  }
  if (!absl::EndsWith(type_url, "/google.rpc.RetryInfo")) return absl::nullopt;
  absl::Duration delay;
  for (ProtoReader reader(value); reader.Next();) {
    if (IsBytes(reader, 1)) delay = ParseDuration(reader.bytes());
  }
  return delay;
}

}  // namespace

PartialSuccess ParseExportResponse(absl::string_view response) {
  PartialSuccess answer;
  for (ProtoReader reader(response); reader.Next();) {
    if (!IsBytes(reader, 1)) continue;
    for (ProtoReader partial(reader.bytes()); partial.Next();) {
      if (IsNumber(partial, 1)) {
        answer.rejected_spans =
            std::max<int64_t>(static_cast<int64_t>(partial.number()), 0);
      }
      if (IsBytes(partial, 2)) answer.error_message = partial.bytes();
    }
  }
  return answer;
}

// google.rpc.Status {code = 1, message = 2, details = 3}.
absl::optional<absl::Duration> ParseRetryDelay(absl::string_view status) {
  for (ProtoReader reader(status); reader.Next();) {
    if (!IsBytes(reader, 3)) continue;
    const absl::optional<absl::Duration> delay = ParseRetryInfo(reader.bytes());
    if (delay.has_value()) return delay;
  }
  return absl::nullopt;
}

}  // namespace waybill
