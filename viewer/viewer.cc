// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/viewer.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

std::string WithPort(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Viewer>> Viewer::Start(ViewerOptions options) {
  std::unique_ptr<Viewer> viewer(new Viewer(options));
  auto receiver = Receiver::Start(options.otlp_address, &viewer->store_);
  if (!receiver.ok()) return receiver.status();
  viewer->receiver_ = *std::move(receiver);
  auto web_server = WebServer::Start(options.http_address, &viewer->store_);
  if (!web_server.ok()) return web_server.status();
  viewer->web_server_ = *std::move(web_server);
  return viewer;
}

Viewer::Viewer(const ViewerOptions& options)
    : options_(options), store_(options.store) {}

std::string Viewer::otlp_address() const {
  return WithPort(options_.otlp_address, receiver_->port());
}

std::string Viewer::url() const {
  return absl::StrCat(
      "http://", WithPort(options_.http_address, web_server_->port()), "/");
}

}  // namespace waybill
