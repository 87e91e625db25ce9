// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/launcher.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
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

class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Binds to a free port, and returns it.
  int Bind() {
    socklen_t size = sizeof(address_);
    auto* const address = reinterpret_cast<sockaddr*>(&address_);
    if (bind(fd_, address, size) != 0) return 0;
    getsockname(fd_, address, &size);
    return ntohs(address_.sin_port);
  }

  bool Connect(int port) {
    address_.sin_port = htons(static_cast<uint16_t>(port));
    return connect(fd_, reinterpret_cast<sockaddr*>(&address_),
                   sizeof(address_)) == 0;
  }

 private:
  const int fd_;
  sockaddr_in address_ = {};
};

std::string Loopback(int port) { return "127.0.0.1:" + std::to_string(port); }

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
  int otlp_port = 0;
  int http_port = 0;
  {
    Socket otlp;
    Socket http;
    otlp_port = otlp.Bind();
    http_port = http.Bind();
  }
  otlp_address_ = Loopback(otlp_port);
  viewer_address_ = Loopback(http_port);
  absl::StatusOr<std::unique_ptr<Process>> viewer =
      Process::Start({"viewer",
                      {options_.waybill_path, "view", "--otlp=" + otlp_address_,
                       "--http=" + viewer_address_},
                      {},
                      LogPath("viewer")});
  if (!viewer.ok()) return viewer.status();
  viewer_ = *std::move(viewer);
  return viewer_->WaitUntil([&] {
    return Socket().Connect(otlp_port) && Socket().Connect(http_port);
  });
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
  bool first = true;
  std::string about_tracing;
  for (const auto& service : services_) {
    service->Stop();
    for (const std::string& line : service->LogLines()) {
      if (StartsWith(line, "listening: ") || line == "ready") continue;
      const std::string text = "  " + service->name() +
                               std::string(13 - service->name().size(), ' ') +
                               line + "\n";
      if (StartsWith(line, kTracingPrefix)) {
        about_tracing += text;
        continue;
      }
      if (first) std::printf("\nWhat the services wrote in their logs:\n");
      first = false;
      std::fputs(text.c_str(), stdout);
    }
  }
  if (!about_tracing.empty()) {
    std::printf("\nWhat became of their spans:\n%s", about_tracing.c_str());
  }
  return Interrupted() == 0 ? absl::OkStatus()
                            : absl::CancelledError("interrupted");
}

absl::Status Launcher::ShowTrace() {
  std::printf("\n");
  std::vector<std::string> command = {options_.waybill_path, "show",
                                      "--from=http://" + viewer_address_};
  // Where the answer named no trace, it is the only one that the viewer has.
  if (!trace_id_.empty()) command.push_back("--trace=" + trace_id_);
  absl::StatusOr<std::unique_ptr<Process>> show =
      Process::Start({"waybill show", std::move(command), {}, ""});
  return show.ok() ? (*show)->WaitForSuccess() : show.status();
}

std::string Launcher::LogPath(const std::string& name) const {
  return folder_->path() + "/" + name + ".log";
}

}  // namespace checkout
