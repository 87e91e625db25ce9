// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/echo_service.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

class SyncEcho final : public EchoService, public Echo::Service {
 public:
  explicit SyncEcho(EchoHooks hooks) : hooks_(std::move(hooks)) {}

  void Register(grpc::ServerBuilder& builder) override {
    builder.RegisterService(this);
  }

  grpc::Status Unary(grpc::ServerContext* context, const EchoRequest* request,
                     EchoReply* reply) override {
    return Answer(*context, request->text(), reply);
  }

  grpc::Status ClientStream(grpc::ServerContext* context,
                            grpc::ServerReader<EchoRequest>* reader,
                            EchoReply* reply) override {
    EchoRequest request;
    std::string joined;
    while (reader->Read(&request)) {
      const grpc::Status status = Answer(*context, request.text(), reply);
      if (!status.ok()) return status;
      if (!joined.empty()) joined += "+";
      joined += reply->text();
    }
    reply->set_text(joined);
    return grpc::Status::OK;
  }

  grpc::Status ServerStream(grpc::ServerContext* context,
                            const EchoRequest* request,
                            grpc::ServerWriter<EchoReply>* writer) override {
    EchoReply reply;
    const grpc::Status status = Answer(*context, request->text(), &reply);
    if (!status.ok()) return status;
    for (int i = 0; i < 3; ++i) writer->Write(reply);
    return grpc::Status::OK;
  }

  grpc::Status BidiStream(
      grpc::ServerContext* context,
      grpc::ServerReaderWriter<EchoReply, EchoRequest>* stream) override {
    EchoRequest request;
    while (stream->Read(&request)) {
      EchoReply reply;
      const grpc::Status status = Answer(*context, request.text(), &reply);
      if (!status.ok()) return status;
      stream->Write(reply);
    }
    return grpc::Status::OK;
  }

 private:
  grpc::Status Answer(grpc::ServerContext& context, const std::string& text,
                      EchoReply* reply) {
    if (hooks_.on_request) hooks_.on_request(text, context);
    const EchoCommand command(text);
    switch (command.kind) {
      case EchoCommand::Kind::kEcho:
        reply->set_text(command.text);
        return grpc::Status::OK;
      case EchoCommand::Kind::kError:
        return command.status;
      case EchoCommand::Kind::kHang:
        if (hooks_.on_hang) hooks_.on_hang();
        // In this API there is no other way to learn of it.
        while (!context.IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
        return grpc::Status::CANCELLED;
      case EchoCommand::Kind::kCall: {
        grpc::ClientContext child;
        return CallChild(&child, command.text, reply);
      }
      case EchoCommand::Kind::kCallFrom: {
        auto child = grpc::ClientContext::FromServerContext(context);
        return CallChild(child.get(), command.text, reply);
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status CallChild(grpc::ClientContext* context, const std::string& text,
                         EchoReply* reply) {
    EchoRequest request;
    request.set_text(text);
    return hooks_.child->Unary(context, request, reply);
  }

  const EchoHooks hooks_;
};

std::unique_ptr<EchoService> MakeEcho(EchoApi api, EchoHooks hooks) {
  switch (api) {
    case EchoApi::kSync:
      return MakeSyncEcho(std::move(hooks));
    case EchoApi::kCallback:
      return MakeCallbackEcho(std::move(hooks));
    case EchoApi::kCompletionQueue:
      return MakeCompletionQueueEcho(std::move(hooks));
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<EchoService> MakeSyncEcho(EchoHooks hooks) {
  return std::make_unique<SyncEcho>(std::move(hooks));
}

EchoCommand::EchoCommand(absl::string_view request) {
  absl::string_view rest = request;
  if (rest == "hang") {
    kind = Kind::kHang;
  } else if (absl::ConsumePrefix(&rest, "call ")) {
    kind = Kind::kCall;
  } else if (absl::ConsumePrefix(&rest, "call-from ")) {
    kind = Kind::kCallFrom;
  } else if (absl::ConsumePrefix(&rest, "error ")) {
    kind = Kind::kError;
    const size_t space = rest.find(' ');
    int code = 0;
    if (!absl::SimpleAtoi(rest.substr(0, space), &code)) code = 2;
    if (space != rest.npos) rest.remove_prefix(space + 1);
    status = {static_cast<grpc::StatusCode>(code), std::string(rest)};
  }
  text = std::string(rest);
}

EchoServer::EchoServer(TraceRecording* recording, EchoApi api, EchoHooks hooks,
                       const TracedServer::Configure& configure)
    : service_(MakeEcho(api, std::move(hooks))),
      server_(recording, [&](grpc::ServerBuilder& builder) {
        service_->Register(builder);
        if (configure) configure(builder);
      }) {
  service_->Start();
}

EchoServer::~EchoServer() {
  server_.Shutdown();
  service_->Drain();
}

}  // namespace waybill
