// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/web_server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "waybill/viewer/http_guard.h"
#include "waybill/viewer/web_routes.h"

namespace waybill {
namespace {

constexpr size_t kConnections = 16;
constexpr size_t kMaxBodyBytes = 4096;  // Nothing that is answered has one.

struct HostAndPort {
  std::string host;
  int port = 0;
};

absl::StatusOr<HostAndPort> Split(const std::string& address) {
  const size_t colon = address.rfind(':');
  HostAndPort parts;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &parts.port) ||
      parts.port < 0 || parts.port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("not an address: ", address,
                     "; expected host:port, for example "
                     "127.0.0.1:16680 or [::1]:0"));
  }
  parts.host = address.substr(0, colon);
  if (parts.host.front() == '[' && parts.host.back() == ']') {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  }
  return parts;
}

WebRequest ToWebRequest(const httplib::Request& request) {
  WebRequest web;
  web.method = request.method;
  web.path = request.path;
  web.parameters.insert(request.params.begin(), request.params.end());
  return web;
}

GuardedRequest ToGuarded(const httplib::Request& request) {
  return {request.get_header_value("Host"), request.get_header_value("Origin"),
          request.get_header_value("Sec-Fetch-Site"),
          request.get_header_value("Sec-Fetch-Mode")};
}

void FillIn(const WebReply& reply, httplib::Response* response) {
  response->status = reply.status;
  response->set_content(reply.body, reply.content_type.c_str());
}

httplib::Headers SecurityHeaders() {
  return {{"Content-Security-Policy",
           "default-src 'none'; script-src 'self'; style-src 'self'; "
           "connect-src 'self'; img-src data:; base-uri 'none'; "
           "form-action 'none'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Cache-Control", "no-store"}};
}

}  // namespace

class WebServer::Impl {
 public:
  explicit Impl(const TraceStore* store) : store_(store) {}

  ~Impl() {
    stopping_ = true;
    server_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start(const std::string& address) {
    const absl::StatusOr<HostAndPort> parts = Split(address);
    if (!parts.ok()) return parts.status();
    host_ = parts->host;
    Configure();
    port_ = parts->port;
    if (port_ == 0) {
      port_ = server_.bind_to_any_port(host_);
    } else if (!server_.bind_to_port(host_, port_)) {
      port_ = -1;
    }
    if (port_ <= 0) {
      return absl::FailedPreconditionError(absl::StrCat(
          "cannot serve the page on ", address,
          ": the port is taken, or the address is not of this machine"));
    }
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    // A stop() before the thread got there would be lost.
    while (!server_.is_running()) absl::SleepFor(absl::Milliseconds(1));
    return absl::OkStatus();
  }

  int port() const { return port_; }

 private:
  void Configure() {
    server_.new_task_queue = [] {
      return new httplib::ThreadPool(kConnections);
    };
    // Not SO_REUSEPORT, the library's default, which would let a second viewer
    // take half of the requests.
    server_.set_socket_options([](int socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    server_.set_payload_max_length(kMaxBodyBytes);
    server_.set_read_timeout(5);
    server_.set_write_timeout(5);
    server_.set_keep_alive_timeout(1);  // A stop waits for as long.
    server_.set_default_headers(SecurityHeaders());
    // All routing is done here: the library's own matches regular expressions
    // by recursion, over paths that a peer chooses.
    server_.set_pre_routing_handler([this](const httplib::Request& request,
                                           httplib::Response& response) {
      if (MayAnswer(ToGuarded(request), host_)) {
        FillIn(Answer(ToWebRequest(request), *store_, stopping_), &response);
      } else {
        FillIn({403, "application/json",
                R"({"error":"only pages of the viewer itself may ask"})"},
               &response);
      }
      return httplib::Server::HandlerResponse::Handled;
    });
    server_.set_exception_handler([](const httplib::Request&,
                                     httplib::Response& response,
                                     std::exception_ptr) {
      FillIn({500, "application/json", R"({"error":"internal error"})"},
             &response);
    });
  }

  const TraceStore* const store_;
  std::string host_;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  httplib::Server server_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<WebServer>> WebServer::Start(
    const std::string& address, const TraceStore* store) {
  auto impl = std::make_unique<Impl>(store);
  const absl::Status started = impl->Start(address);
  if (!started.ok()) return started;
  return std::unique_ptr<WebServer>(new WebServer(std::move(impl)));
}

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebServer::~WebServer() = default;

int WebServer::port() const { return impl_->port(); }

}  // namespace waybill
