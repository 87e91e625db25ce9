// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/launcher.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

namespace checkout {
namespace {

// Nothing listens here, so every export fails at once.
constexpr char kNobody[] = "127.0.0.1:1";
// What a process says of spans that it could not send begins with this.
constexpr char kTracingPrefix[] = "waybill: ";

bool StartsWith(const std::string& text, const std::string& prefix) {
  return text.rfind(prefix, 0) == 0;
}

// In the folder for temporary files, and the next run's replaces it.
std::string KeptTracePath(const std::string& scenario) {
  std::error_code error;
  std::filesystem::path folder = std::filesystem::temp_directory_path(error);
  if (error) folder = "/tmp";
  return folder / ("waybill-demo-" + scenario + ".jsonl");
}

}  // namespace

class Launcher::TempFolder {
 public:
  TempFolder() {
    // Not $TMPDIR, which may be too long for a socket's path.
    char path[] = "/tmp/checkout-XXXXXX";
    if (mkdtemp(path) != nullptr) path_ = path;
  }
  ~TempFolder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const std::vector<Launcher::Service>& Launcher::Services() {
  static const auto* const services = new std::vector<Service>{
      // Each comes after those that it calls.
      {"stripe", {"scenario"}},
      {"fraud", {}},
      {"auth", {}},
      {"payment", {"stripe", "fraud"}},
      {"inventory", {"postgres", "redis"}},
      {"fulfillment", {"redis"}},
      {"worker", {"redis"}},
      {"frontend", {"auth", "payment", "inventory", "fulfillment"}},
  };
  return *services;
}

Launcher::Launcher(Options options)
    : options_(std::move(options)),
      programs_(std::filesystem::read_symlink("/proc/self/exe").parent_path()) {
  values_["scenario"] = options_.scenario;
}

Launcher::~Launcher() {
  // The services together, then what they depend on.
  for (const auto& service : services_) service->RequestStop();
  services_.clear();
}

absl::Status Launcher::Start() {
  // The loader would only warn, and the services run untraced.
  if (options_.tracing == TracingMode::kPreload &&
      !std::filesystem::exists(options_.agent_path)) {
    return absl::NotFoundError("no agent at " + options_.agent_path);
  }
  folder_ = std::make_unique<TempFolder>();
  if (folder_->path().empty()) {
    return absl::InternalError("cannot make a folder in /tmp");
  }
  absl::StatusOr<Stores> stores = Stores::Start(folder_->path());
  if (!stores.ok()) return stores.status();
  stores_ = *std::move(stores);
  values_["postgres"] = stores_->postgres_folder();
  values_["redis"] = stores_->redis_socket();

  otlp_address_ = kNobody;
  if (options_.viewer) {
    const absl::Status status = StartViewer();
    if (!status.ok()) return status;
  }
  for (const Service& service : Services()) {
    const absl::Status status = StartService(service);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Launcher::StartViewer() {
  absl::StatusOr<std::unique_ptr<Process>> viewer =
      Process::Start({"viewer",
                      {options_.waybill_path, "view", "--otlp=127.0.0.1:0",
                       "--http=127.0.0.1:0"},
                      {},
                      LogPath("viewer")});
  if (!viewer.ok()) return viewer.status();
  viewer_ = *std::move(viewer);
  const absl::StatusOr<std::string> otlp =
      viewer_->WaitForLine("spans: OTLP/gRPC to ");
  if (!otlp.ok()) return otlp.status();
  const absl::StatusOr<std::string> page = viewer_->WaitForLine("page:  ");
  if (!page.ok()) return page.status();
  otlp_address_ = *otlp;
  viewer_url_ = *page;
  return absl::OkStatus();
}

absl::Status Launcher::StartService(const Service& service) {
  const bool plain = options_.tracing != TracingMode::kBuiltIn;
  Process::Options process;
  process.name = service.name;
  process.command = {programs_ + "/" + service.name + (plain ? "_plain" : "")};
  for (const char* const flag : service.flags) {
    process.command.push_back(std::string("--") + flag + "=" + values_[flag]);
  }
  process.environment = {
      "OTEL_SERVICE_NAME=" + process.name,
      "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + otlp_address_,
  };
  if (options_.tracing == TracingMode::kPreload) {
    process.environment.push_back("LD_PRELOAD=" + options_.agent_path);
  }
  process.log_path = LogPath(service.name);
  absl::StatusOr<std::unique_ptr<Process>> started =
      Process::Start(std::move(process));
  if (!started.ok()) return started.status();
  services_.push_back(*std::move(started));
  Process& running = *services_.back();

  const bool serves = std::string(service.name) != "worker";
  const absl::StatusOr<std::string> address =
      running.WaitForLine(serves ? "listening: grpc " : "ready");
  if (!address.ok()) return address.status();
  values_[service.name] = *address;
  if (std::string(service.name) == "frontend") {
    const absl::StatusOr<std::string> http =
        running.WaitForLine("listening: http ");
    if (!http.ok()) return http.status();
    http_address_ = *http;
  }
  return absl::OkStatus();
}

absl::Status Launcher::Serve() {
  while (Interrupted() == 0) {
    absl::Status status = stores_->CheckRunning();
    if (viewer_ != nullptr) status.Update(viewer_->CheckRunning());
    for (const auto& service : services_) {
      status.Update(service->CheckRunning());
    }
    // Ctrl-C may have reached them first, or at the same time.
    if (!status.ok() && Interrupted() == 0) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return absl::OkStatus();
}

absl::Status Launcher::Shop() {
  const bool by_grpc = options_.tracing == TracingMode::kPreload;
  absl::StatusOr<std::unique_ptr<Process>> shopper = Process::Start(
      {"shopper",
       {programs_ + "/shopper",
        by_grpc ? "--grpc=" + values_["frontend"] : "--http=" + http_address_},
       {},
       LogPath("shopper")});
  if (!shopper.ok()) return shopper.status();
  const absl::Status status = (*shopper)->WaitForSuccess();
  if (!status.ok()) return status;

  const std::vector<std::string> lines = (*shopper)->LogLines();
  std::printf("%s\n  %s\n",
              by_grpc ? "frontend.Frontend/Checkout" : "POST /checkout",
              lines.empty() ? "" : lines[0].c_str());
  // traceresponse: version-trace-span-flags
  if (lines.size() > 1) {
    const size_t dash = lines[1].find('-');
    trace_id_ = lines[1].substr(dash + 1, 32);
  }
  return absl::OkStatus();
}

absl::Status Launcher::StopServices() {
  for (const auto& service : services_) service->RequestStop();
  std::string logs;
  // By the reason, which is the same for all when nobody receives spans.
  std::map<std::string, std::string> lost_spans;
  for (const auto& service : services_) {
    service->Stop();
    const std::string indent =
        "  " + service->name() + std::string(13 - service->name().size(), ' ');
    for (const std::string& line : service->LogLines()) {
      if (StartsWith(line, "listening: ") || line == "ready") continue;
      if (!StartsWith(line, kTracingPrefix)) {
        logs += indent + line + "\n";
        continue;
      }
      // "waybill: 3 of 3 spans were lost: reason"
      const std::string text = line.substr(std::strlen(kTracingPrefix));
      const size_t colon = std::min(text.find(": "), text.size());
      const std::string reason = text.substr(std::min(colon + 2, text.size()));
      lost_spans[reason] += indent + text.substr(0, colon) + "\n";
    }
  }
  if (!logs.empty()) {
    std::printf("\nWhat the services wrote in their logs:\n%s", logs.c_str());
  }
  for (const auto& lost : lost_spans) {
    std::printf("\nWhat became of their spans:\n%s\n%s", lost.first.c_str(),
                lost.second.c_str());
  }
  return Interrupted() == 0 ? absl::OkStatus()
                            : absl::CancelledError("interrupted");
}

absl::Status Launcher::ShowTrace() {
  std::printf("\n");
  absl::Status status = RunShow({}, "");
  if (!status.ok()) return status;
  const std::string path = KeptTracePath(options_.scenario);
  status = KeepTrace(path);
  if (Interrupted() != 0) return status;
  // Whether it can be kept is no reason for the demo to fail.
  if (status.ok()) {
    std::printf("again    %s show --from=%s\n", options_.waybill_path.c_str(),
                path.c_str());
  } else {
    std::printf("again    not possible: %s\n",
                std::string(status.message()).c_str());
  }
  std::printf("page     make demo SCENARIO=%s SERVE=1 stays up and serves it\n",
              options_.scenario.c_str());
  return absl::OkStatus();
}

absl::Status Launcher::KeepTrace(const std::string& path) const {
  // Under a name that nobody can have foreseen, then moved: others may write in
  // that folder, too.
  std::string unfinished = path + ".XXXXXX";
  const int file = mkstemp(unfinished.data());
  if (file < 0) {
    return absl::UnavailableError(path + ": " + std::strerror(errno));
  }
  close(file);
  absl::Status status = RunShow({"--format=otlp"}, unfinished);
  if (status.ok() && std::rename(unfinished.c_str(), path.c_str()) != 0) {
    status = absl::UnavailableError(path + ": " + std::strerror(errno));
  }
  if (!status.ok()) std::remove(unfinished.c_str());
  return status;
}

absl::Status Launcher::RunShow(const std::vector<std::string>& flags,
                               const std::string& output) const {
  std::vector<std::string> command = {options_.waybill_path, "show",
                                      "--from=" + viewer_url_};
  // Where the answer named no trace, it is the only one that the viewer has.
  if (!trace_id_.empty()) command.push_back("--trace=" + trace_id_);
  command.insert(command.end(), flags.begin(), flags.end());
  absl::StatusOr<std::unique_ptr<Process>> show =
      Process::Start({"waybill show", std::move(command), {}, output});
  return show.ok() ? (*show)->WaitForSuccess() : show.status();
}

std::string Launcher::LogPath(const std::string& name) const {
  return folder_->path() + "/" + name + ".log";
}

}  // namespace checkout
