// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Starts all of the demo, and stops it: the stores, the viewer, the services.
//
//   checkout::Launcher launcher(options);
//   absl::Status status = launcher.Start();
//   if (status.ok()) status = launcher.Shop();
//   if (status.ok()) status = launcher.StopServices();
//   if (status.ok()) status = launcher.ShowTrace();
//
// Every step ends early, with an error that says what went wrong and shows the
// end of the log in question, when a process fails, or when the launcher was
// interrupted (process.h). Whatever step it came to, all processes end and the
// temporary folder is removed with the object.
#ifndef EXAMPLES_CHECKOUT_LAUNCHER_H_
#define EXAMPLES_CHECKOUT_LAUNCHER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"
#include "examples/checkout/process.h"
#include "examples/checkout/stores.h"

namespace checkout {

// How the services come to be traced.
enum class TracingMode {
  kBuiltIn,  // they link Waybill
  kPreload,  // they don't; an agent library is loaded into them
  kNone,
};

class Launcher {
 public:
  struct Options {
    std::string scenario = "normal";
    TracingMode tracing = TracingMode::kBuiltIn;
    bool viewer = true;
    std::string agent_path;    // for kPreload
    std::string waybill_path;  // the `waybill` command
  };

  explicit Launcher(Options options);
  ~Launcher();

  absl::Status Start();

  // Keeps everything up until it is interrupted, which is OK.
  absl::Status Serve();

  // Sends one checkout and prints its answer: over HTTP, or, with kPreload, by
  // gRPC. There nothing makes a span of the HTTP request, and each call would
  // be a trace of its own.
  absl::Status Shop();

  // Stops the services, which sends out the last of their spans, so that the
  // viewer then has the whole trace; and prints what they had to say.
  absl::Status StopServices();

  // Prints the trace of Shop(), by `waybill show`; keeps it as OTLP JSON in
  // ${TMPDIR:-/tmp}/waybill-demo-<scenario>.jsonl, and prints how to look
  // again.
  absl::Status ShowTrace();

  // Where to go, after Start(): the frontend's addresses, and the viewer's
  // page.
  const std::string& shop_address() const { return http_address_; }
  const std::string& shop_grpc_address() const {
    return values_.at("frontend");
  }
  const std::string& viewer_url() const { return viewer_url_; }

 private:
  class TempFolder;
  // A process of the demo, and the flags that it is started with: addresses of
  // others, or what values_ has.
  struct Service {
    const char* name;
    std::vector<const char*> flags;
  };
  static const std::vector<Service>& Services();

  absl::Status StartViewer();
  absl::Status StartService(const Service& service);
  absl::Status KeepTrace(const std::string& path) const;
  // `waybill show` of the trace; its output goes to that file, or, when empty,
  // where the launcher's goes.
  absl::Status RunShow(const std::vector<std::string>& flags,
                       const std::string& output) const;
  std::string LogPath(const std::string& name) const;

  const Options options_;
  const std::string programs_;  // the folder of the demo's programs
  std::unique_ptr<TempFolder> folder_;
  absl::optional<Stores> stores_;
  std::unique_ptr<Process> viewer_;
  std::vector<std::unique_ptr<Process>> services_;

  // The services' flags by name: the scenario, the stores, and each started
  // service's own address.
  std::map<std::string, std::string> values_;
  std::string otlp_address_;
  std::string viewer_url_;
  std::string http_address_;
  std::string trace_id_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_LAUNCHER_H_
