// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_endpoint.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "waybill/exporters/printable.h"

namespace waybill {
namespace {

absl::Status Refuse(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", Printable(text), "\" is no OTLP/gRPC endpoint: ", why,
      "; it is http://HOST[:PORT], https://HOST[:PORT], HOST[:PORT] or "
      "unix:PATH"));
}

bool ConsumeScheme(absl::string_view scheme, absl::string_view* text) {
  if (!absl::StartsWithIgnoreCase(*text, scheme)) return false;
  text->remove_prefix(scheme.size());
  return true;
}

bool IsPort(absl::string_view text) {
  int port = 0;
  return !text.empty() && absl::ascii_isdigit(text[0]) &&
         absl::SimpleAtoi(text, &port) && port > 0 && port < 65536;
}

// Where the ":PORT" begins; npos if there is none.
size_t FindPort(absl::string_view host_port) {
  const size_t bracket = host_port.rfind(']');
  return host_port.find(':', bracket == absl::string_view::npos ? 0 : bracket);
}

}  // namespace

absl::StatusOr<OtlpEndpoint> ParseOtlpEndpoint(absl::string_view text,
                                               bool insecure) {
  absl::string_view rest = text;
  OtlpEndpoint endpoint;
  if (ConsumeScheme("unix:", &rest)) {
    if (absl::StartsWith(rest, "//")) rest.remove_prefix(2);
    if (rest.empty()) return Refuse(text, "it names no socket");
    endpoint.target = endpoint.address = absl::StrCat("unix:", rest);
    return endpoint;
  }
  if (ConsumeScheme("https://", &rest)) {
    endpoint.secure = true;
  } else if (!ConsumeScheme("http://", &rest)) {
    endpoint.secure = !insecure;
  }
  rest = absl::StripSuffix(rest, "/");
  if (absl::StrContains(rest, "://")) return Refuse(text, "unknown scheme");
  if (absl::StrContains(rest, "/")) return Refuse(text, "gRPC has no path");
  if (absl::StrContains(rest, "@")) {
    return Refuse("...", "it holds a user name; use headers for credentials");
  }
  for (const char c : rest) {
    if (!absl::ascii_isgraph(c)) return Refuse(text, "not a host's name");
  }
  const size_t colon = FindPort(rest);
  const absl::string_view host = rest.substr(0, colon);
  if (host.empty()) return Refuse(text, "it names no host");
  if (colon != absl::string_view::npos && !IsPort(rest.substr(colon + 1))) {
    return Refuse(text, "the port is no number from 1 to 65535");
  }
  endpoint.address = colon == absl::string_view::npos
                         ? absl::StrCat(rest, ":4317")
                         : std::string(rest);
  endpoint.target = absl::StrCat("dns:///", endpoint.address);
  return endpoint;
}

}  // namespace waybill
