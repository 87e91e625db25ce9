// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/http_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

// "[::1]:80" and "[::1]" give "::1", "name:80" gives "name".
absl::string_view WithoutPort(absl::string_view host) {
  if (absl::StartsWith(host, "[")) {
    const size_t end = host.find(']');
    return end == absl::string_view::npos ? absl::string_view()
                                          : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

bool IsAddress(absl::string_view host) {
  in6_addr address;
  const std::string text(host);
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

}  // namespace

bool MayAnswer(const GuardedRequest& request, absl::string_view own_host) {
  const absl::string_view host = WithoutPort(request.host);
  const bool known_host =
      !host.empty() &&
      (IsAddress(host) || absl::EqualsIgnoreCase(host, "localhost") ||
       absl::EqualsIgnoreCase(host, own_host));
  if (!known_host) return false;
  if (!request.origin.empty() &&
      !absl::EqualsIgnoreCase(request.origin,
                              absl::StrCat("http://", request.host))) {
    return false;
  }
  const bool from_elsewhere = request.sec_fetch_site == "cross-site" ||
                              request.sec_fetch_site == "same-site";
  return !from_elsewhere || request.sec_fetch_mode == "navigate";
}

}  // namespace waybill
