// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What `make e2e` traces: a server that passes each call on to the next one,
// or answers it; and a client that makes a call for each line of its input.
//
//   relay serve [NEXT]                    until its input ends
//   relay call TARGET [HEADER=VALUE ...]  as an HTTP request with these headers
//
// Where nobody is next, it answers with what it got, and "fail" with an error.
// A handler says what baggage came, and leaves a span "detail" with everything
// that a span can have. What is set by OTEL_* variables is not set here.
#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tools/e2e/relay.grpc.pb.h"
#include "waybill/waybill.h"

namespace {

// One of each type of attribute, an event, a link, an error.
void LeaveDetail(const std::string& text) {
  const bool bools[] = {true, false};
  const int64_t ints[] = {-1, 1LL << 40};
  const double doubles[] = {0.5, -2};
  const absl::string_view strings[] = {"a", "ü"};
  waybill::ScopedSpan span("detail");
  span->SetAttributes({{"e2e.text", text},
                       {"e2e.bool", true},
                       {"e2e.int", -9007199254740993LL},
                       {"e2e.double", 0.1},
                       {"e2e.bools", absl::MakeConstSpan(bools)},
                       {"e2e.ints", absl::MakeConstSpan(ints)},
                       {"e2e.doubles", absl::MakeConstSpan(doubles)},
                       {"e2e.strings", absl::MakeConstSpan(strings)}});
  span->AddEvent("looked", {{"e2e.attempt", 2}});
  span->AddLink(waybill::CurrentContext().span_context,
                {{"e2e.why", "itself"}});
  span->SetError("as it was told");
}

class Relay final : public e2e::Relay::Service {
 public:
  explicit Relay(std::unique_ptr<e2e::Relay::Stub> next)
      : next_(std::move(next)) {}

  grpc::Status Pass(grpc::ServerContext* context, const e2e::Text* request,
                    e2e::Text* reply) override {
    const waybill::Baggage baggage = waybill::CurrentBaggage();
    waybill::CurrentSpan().SetAttribute("e2e.tenant",
                                        baggage.Get("tenant").value_or(""));
    LeaveDetail(request->text());
    if (next_ != nullptr) {
      const auto onward = grpc::ClientContext::FromServerContext(*context);
      return next_->Pass(onward.get(), *request, reply);
    }
    if (request->text() == "fail") {
      return grpc::Status(grpc::INTERNAL, "it was told to");
    }
    *reply = *request;
    return grpc::Status::OK;
  }

 private:
  const std::unique_ptr<e2e::Relay::Stub> next_;  // null: it answers
};

std::unique_ptr<e2e::Relay::Stub> MakeStub(waybill::Tracing* tracing,
                                           const std::string& target) {
  return e2e::Relay::NewStub(
      tracing->CreateChannel(target, grpc::InsecureChannelCredentials()));
}

int Serve(waybill::Tracing* tracing, const char* next) {
  Relay relay(next == nullptr ? nullptr : MakeStub(tracing, next));
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&relay);
  builder.SetOption(tracing->ServerOption());
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return EXIT_FAILURE;
  std::cout << "listening on 127.0.0.1:" << port << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) continue;
  return EXIT_SUCCESS;
}

int Call(waybill::Tracing* tracing, const std::string& target,
         const std::map<std::string, std::string>& headers) {
  const auto stub = MakeStub(tracing, target);
  const waybill::Context from = waybill::Extract(waybill::MapReader(headers));
  const waybill::Scope scope(waybill::SpanRef(from.span_context), from.baggage);
  e2e::Text request;
  e2e::Text reply;
  while (std::getline(std::cin, *request.mutable_text())) {
    grpc::ClientContext context;
    const grpc::Status status = stub->Pass(&context, request, &reply);
    std::cout << (status.ok() ? reply.text() : status.error_message())
              << std::endl;
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  auto tracing = waybill::Tracing::Start();
  if (!tracing.ok()) {
    std::cerr << tracing.status() << "\n";
    return EXIT_FAILURE;
  }
  const std::string role = argc > 1 ? argv[1] : "";
  if (role == "serve") {
    return Serve(tracing->get(), argc > 2 ? argv[2] : nullptr);
  }
  if (role == "call" && argc > 2) {
    std::map<std::string, std::string> headers;
    for (int i = 3; i < argc; ++i) {
      const std::string header = argv[i];
      const size_t equals = header.find('=');
      if (equals == std::string::npos) continue;
      headers[header.substr(0, equals)] = header.substr(equals + 1);
    }
    return Call(tracing->get(), argv[2], headers);
  }
  std::cerr << "usage: relay serve [NEXT] | call TARGET [HEADER=VALUE ...]\n";
  return EXIT_FAILURE;
}
