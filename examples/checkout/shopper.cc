// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The browser's part: one checkout, over HTTP (--http=ADDRESS) or as the gRPC
// call that does the same (--grpc=ADDRESS). Prints the answer, how long it
// took, and the response header that names the trace:
//
//   HTTP 200 after 1204 ms: {"order":"order-2718281828"}
//   traceresponse: 00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <httplib.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "absl/status/status.h"
#include "examples/checkout/frontend.grpc.pb.h"

namespace {

constexpr int kTimeoutSeconds = 10;

class Stopwatch {
 public:
  int ElapsedMs() const {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start_)
            .count());
  }

 private:
  const std::chrono::steady_clock::time_point start_ =
      std::chrono::steady_clock::now();
};

int ShopByHttp(const std::string& address) {
  httplib::Client client("http://" + address);
  client.set_read_timeout(kTimeoutSeconds);
  const Stopwatch stopwatch;
  const httplib::Result result = client.Post(
      "/checkout", R"({"customer": "ada", "item": "mug"})", "application/json");
  if (!result) {
    std::fprintf(stderr, "no answer from http://%s: %s\n", address.c_str(),
                 httplib::to_string(result.error()).c_str());
    return 1;
  }
  std::string body = result->body;
  while (!body.empty() && body.back() == '\n') body.pop_back();
  std::printf("HTTP %d after %d ms: %s\n", result->status,
              stopwatch.ElapsedMs(), body.c_str());
  if (result->has_header("traceresponse")) {
    std::printf("traceresponse: %s\n",
                result->get_header_value("traceresponse").c_str());
  }
  return 0;
}

int ShopByGrpc(const std::string& address) {
  const auto deadline =
      std::chrono::system_clock::now() + std::chrono::seconds(kTimeoutSeconds);
  const std::shared_ptr<grpc::Channel> channel =
      grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(deadline)) {
    std::fprintf(stderr, "no answer from %s\n", address.c_str());
    return 1;
  }
  frontend::Frontend::Stub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(deadline);
  frontend::CheckoutRequest request;
  request.set_customer("ada");
  request.set_item("mug");
  request.set_quantity(1);
  frontend::CheckoutReply reply;
  const Stopwatch stopwatch;
  const grpc::Status status = stub.Checkout(&context, request, &reply);
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  std::printf(
      "gRPC %s after %d ms: %s\n", absl::StatusCodeToString(code).c_str(),
      stopwatch.ElapsedMs(),
      status.ok() ? reply.order_id().c_str() : status.error_message().c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string how = argc == 2 ? argv[1] : "";
  if (how.rfind("--http=", 0) == 0) return ShopByHttp(how.substr(7));
  if (how.rfind("--grpc=", 0) == 0) return ShopByGrpc(how.substr(7));
  std::fprintf(stderr, "usage: shopper --http=ADDRESS | --grpc=ADDRESS\n");
  return 2;
}
