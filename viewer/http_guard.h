// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Whether an HTTP request may see traces. They can hold what nobody else
// should read, and any page in a browser can send requests to this machine.
//
//   waybill::GuardedRequest request;
//   request.host = "127.0.0.1:16680";
//   if (!waybill::MayAnswer(request, "127.0.0.1")) Refuse();
//
// A page from elsewhere that made its own name point here (DNS rebinding) is
// told by the Host header, which then has that name; one that asks across
// origins by the Origin and Sec-Fetch-Site headers. Following a link to the
// viewer's page is fine.
//
// A function without state; safe from any thread.
#ifndef WAYBILL_VIEWER_HTTP_GUARD_H_
#define WAYBILL_VIEWER_HTTP_GUARD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace waybill {

// Headers of a request; empty where it has none.
struct GuardedRequest {
  std::string host;
  std::string origin;
  std::string sec_fetch_site;
  std::string sec_fetch_mode;
};

// own_host is the name or address that the viewer was told to listen on. An
// address is always good as Host: only names can be made to point elsewhere.
bool MayAnswer(const GuardedRequest& request, absl::string_view own_host);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_HTTP_GUARD_H_
