// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The shop's edge: POST /checkout over HTTP (cpp-httplib), and the same as
// frontend.Frontend/Checkout by gRPC's sync server API. Browsers come here, and
// their traces begin here unless a request brings a traceparent.
#include <httplib.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "examples/checkout/frontend.grpc.pb.h"
#include "examples/checkout/service.h"
#include "examples/checkout/storefront.h"

namespace checkout {
namespace {

class FrontendService final : public frontend::Frontend::Service {
 public:
  explicit FrontendService(Storefront& storefront) : storefront_(storefront) {}

  grpc::Status Checkout(grpc::ServerContext* context,
                        const frontend::CheckoutRequest* request,
                        frontend::CheckoutReply* reply) override {
    return storefront_.Checkout(
        *request, std::min(context->deadline(), Storefront::Deadline()), reply);
  }

 private:
  Storefront& storefront_;
};

int HttpStatus(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return 200;
    case grpc::StatusCode::INVALID_ARGUMENT:
      return 400;
    case grpc::StatusCode::UNAUTHENTICATED:
      return 401;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return 402;  // Payment Required
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return 409;  // Conflict: somebody else has the last one.
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return 504;
    default:
      return 502;
  }
}

// {"customer": "ada", "item": "mug", "quantity": 1}. What is missing or of
// another type is left out, and the storefront judges what is there.
frontend::CheckoutRequest ParseCart(const std::string& body) {
  frontend::CheckoutRequest request;
  const nlohmann::json cart =
      nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!cart.is_object()) return request;
  const auto text = [&cart](const char* key) {
    const auto found = cart.find(key);
    return found != cart.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
  };
  request.set_customer(text("customer"));
  request.set_item(text("item"));
  const auto quantity = cart.find("quantity");
  if (quantity == cart.end()) {
    request.set_quantity(1);
  } else if (quantity->is_number_integer()) {
    request.set_quantity(quantity->get<int>());
  }
  return request;
}

void HandleCheckout(Storefront& storefront, const httplib::Request& http,
                    httplib::Response& response) {
  ScopedSpan span =
      HttpServerSpan(http.method, http.path, [&http](const std::string& name) {
        std::vector<std::string> values;
        const auto [begin, end] = http.headers.equal_range(name);
        for (auto header = begin; header != end; ++header) {
          values.push_back(header->second);
        }
        return values;
      });

  frontend::CheckoutReply reply;
  const grpc::Status status =
      storefront.Checkout(ParseCart(http.body), Storefront::Deadline(), &reply);

  nlohmann::json answer;
  if (status.ok()) {
    answer["order"] = reply.order_id();
  } else {
    answer["error"] = status.error_message();
  }
  // What a service says of a failure is not always UTF-8: never throw for it.
  response.set_content(
      answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
          "\n",
      "application/json");
  response.status = HttpStatus(status.error_code());

  span.SetAttribute("http.response.status_code", response.status);
  // Below 500 it is the customer who has to do something, not the shop.
  if (response.status >= 500) span.SetError(status.error_message());
  const std::string trace = span.TraceResponse();
  if (!trace.empty()) response.set_header("traceresponse", trace);
}

int Run(int argc, char** argv, const StopSignal& stop) {
  Telemetry telemetry("frontend");
  const auto dial = [&](const std::string& service) {
    return Dial(telemetry, RequiredFlag(argc, argv, service));
  };
  Storefront storefront(dial("auth"), dial("payment"), dial("inventory"),
                        dial("fulfillment"));

  FrontendService service(storefront);
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = StartServer(telemetry, builder);

  httplib::Server http;
  // A connection that a browser keeps open must not keep us from stopping.
  http.set_keep_alive_max_count(1);
  http.Post("/checkout", [&storefront](const httplib::Request& request,
                                       httplib::Response& response) {
    HandleCheckout(storefront, request, response);
  });
  const int port = http.bind_to_any_port("127.0.0.1");
  if (port < 0) {
    Log("cannot listen on 127.0.0.1");
    return 1;
  }
  std::thread http_thread([&http] { http.listen_after_bind(); });
  Announce("http", port);

  stop.Wait();
  http.stop();
  http_thread.join();
  server->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  return 0;
}

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  return checkout::Run(argc, argv, stop);
}
