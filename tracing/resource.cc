// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/tracing/resource.h"

#include <errno.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/tracing/parse.h"
#include "waybill/tracing/version.h"

namespace waybill {
namespace {

void Set(absl::string_view key, absl::string_view value, Resource* resource) {
  for (auto& attribute : resource->attributes) {
    if (attribute.first == key) {
      attribute.second = std::string(value);
      return;
    }
  }
  resource->attributes.emplace_back(key, value);
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

}  // namespace

absl::StatusOr<Resource> MakeResource(const Options& options) {
  Resource resource;
  const std::string host = HostName();
  Set("service.name",
      absl::StrCat("unknown_service:", program_invocation_short_name),
      &resource);
  if (!host.empty()) Set("host.name", host, &resource);

  const absl::optional<std::string> listed =
      options.environment.Get(kOtelResourceAttributes);
  if (listed.has_value()) {
    auto pairs = ParsePairs(kOtelResourceAttributes.name, *listed);
    if (!pairs.ok()) return pairs.status();
    for (const auto& pair : *pairs) Set(pair.first, pair.second, &resource);
  }
  for (const auto& pair : options.resource_attributes) {
    Set(pair.first, pair.second, &resource);
  }

  const absl::optional<std::string> name =
      options.service_name.has_value()
          ? options.service_name
          : options.environment.Get(kOtelServiceName);
  if (name.has_value() && !name->empty()) {
    Set("service.name", *name, &resource);
  }
  Set("telemetry.sdk.name", "waybill", &resource);
  Set("telemetry.sdk.language", "cpp", &resource);
  Set("telemetry.sdk.version", kVersion, &resource);
  return resource;
}

}  // namespace waybill
