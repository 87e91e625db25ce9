// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the viewer answers over HTTP.
//
//   GET /                              the tracking page
//   GET /api/traces                    a summary of each trace, newest first
//   GET /api/traces/<id>               the trace as OTLP JSON
//   GET /api/traces/<id>/view          tree, critical path and verdict, as
//                                      render_json.h has them; ?both=1 for
//                                      both halves of each call
//
// <id> is a trace's id, enough of its beginning to be the only one, or "last".
// ?wait=SECONDS, 60 at the most, waits until the trace is there and finished
// (TraceStore's SettleOptions), ?spans=N also until it has so many spans; when
// the time is up it answers with what there is. Errors are {"error": "..."}.
//
//   waybill::WebReply reply = waybill::Answer(request, store, stopping);
//
// No sockets in here: WebServer has those. Safe from any thread.
#ifndef WAYBILL_VIEWER_WEB_ROUTES_H_
#define WAYBILL_VIEWER_WEB_ROUTES_H_

#include <atomic>
#include <map>
#include <string>

#include "waybill/viewer/trace_store.h"

namespace waybill {

struct WebRequest {
  std::string method;
  std::string path;  // Without parameters.
  std::map<std::string, std::string> parameters;
};

struct WebReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// A wait ends early once stopping is set.
WebReply Answer(const WebRequest& request, const TraceStore& store,
                const std::atomic<bool>& stopping);

}  // namespace waybill

#endif  // WAYBILL_VIEWER_WEB_ROUTES_H_
