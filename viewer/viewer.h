// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The whole viewer in this process: it receives spans, keeps traces and serves
// the tracking page.
//
//   absl::StatusOr<std::unique_ptr<waybill::Viewer>> viewer =
//       waybill::Viewer::Start(waybill::ViewerOptions());
//   if (!viewer.ok()) return Fail(viewer.status());
//   std::cout << "spans to " << (*viewer)->otlp_address()
//             << ", page at " << (*viewer)->url() << "\n";
//   (*viewer)->store().WaitUntilSettled("", {}, absl::Seconds(10));
//
// Stops when destroyed, within a few seconds. Safe from any thread.
#ifndef WAYBILL_VIEWER_VIEWER_H_
#define WAYBILL_VIEWER_VIEWER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "waybill/viewer/receiver.h"
#include "waybill/viewer/trace_store.h"
#include "waybill/viewer/web_server.h"

namespace waybill {

// The port that OTLP/gRPC has by convention, and one for the page that is not
// a well-known one and below the ports that systems hand out by themselves.
inline constexpr char kDefaultOtlpAddress[] = "127.0.0.1:4317";
inline constexpr char kDefaultHttpAddress[] = "127.0.0.1:16680";

struct ViewerOptions {
  // host:port; port 0 picks a free one.
  std::string otlp_address = kDefaultOtlpAddress;
  std::string http_address = kDefaultHttpAddress;
  TraceStoreOptions store;
};

class Viewer {
 public:
  // Fails with a message for the user, which names the address, if one of them
  // is taken or wrong.
  static absl::StatusOr<std::unique_ptr<Viewer>> Start(ViewerOptions options);

  TraceStore& store() { return store_; }

  // With the ports that are in fact listened on.
  std::string otlp_address() const;
  std::string url() const;

 private:
  explicit Viewer(const ViewerOptions& options);

  const ViewerOptions options_;
  TraceStore store_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<WebServer> web_server_;
};

}  // namespace waybill

#endif  // WAYBILL_VIEWER_VIEWER_H_
