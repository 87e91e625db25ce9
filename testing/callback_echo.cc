// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <utility>

#include "waybill/testing/echo_service.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

// What all reactors here have in common: they answer a text, end once, and
// end when the call is cancelled.
template <typename Reactor>
class EchoReactor : public Reactor {
 public:
  EchoReactor(const EchoHooks& hooks, grpc::CallbackServerContext* context)
      : hooks_(hooks), context_(*context) {}

  void OnCancel() override {
    // The child's end refers to this, and has to come first.
    if (child_context_ != nullptr) {
      child_context_->TryCancel();
    } else {
      End(grpc::Status::CANCELLED);
    }
  }
  void OnDone() override { delete this; }

 protected:
  // True if reply is there to be sent. Otherwise the call ends, now or later.
  bool Answer(const std::string& text, EchoReply* reply) {
    if (hooks_.on_request) hooks_.on_request(text, context_);
    const EchoCommand command(text);
    switch (command.kind) {
      case EchoCommand::Kind::kHang:
        if (hooks_.on_hang) hooks_.on_hang();
        return false;
      case EchoCommand::Kind::kError:
        End(command.status);
        return false;
      case EchoCommand::Kind::kCall:
        child_context_ = std::make_unique<grpc::ClientContext>();
        CallChild(command.text, reply);
        return false;
      case EchoCommand::Kind::kCallFrom:
        child_context_ =
            grpc::ClientContext::FromCallbackServerContext(context_);
        CallChild(command.text, reply);
        return false;
      case EchoCommand::Kind::kEcho:
        reply->set_text(command.text);
        return true;
    }
    return false;
  }

  void End(const grpc::Status& status) {
    if (!ended_.exchange(true)) this->Finish(status);
  }

 private:
  void CallChild(const std::string& text, EchoReply* reply) {
    child_request_.set_text(text);
    hooks_.child->async()->Unary(
        child_context_.get(), &child_request_, reply,
        [this](const grpc::Status& status) { End(status); });
  }

  const EchoHooks& hooks_;
  grpc::CallbackServerContext& context_;
  std::atomic<bool> ended_{false};
  std::unique_ptr<grpc::ClientContext> child_context_;
  EchoRequest child_request_;
};

class UnaryReactor final : public EchoReactor<grpc::ServerUnaryReactor> {
 public:
  UnaryReactor(const EchoHooks& hooks, grpc::CallbackServerContext* context,
               const EchoRequest& request, EchoReply* reply)
      : EchoReactor(hooks, context) {
    if (Answer(request.text(), reply)) End(grpc::Status::OK);
  }
};

class ReadReactor final
    : public EchoReactor<grpc::ServerReadReactor<EchoRequest>> {
 public:
  ReadReactor(const EchoHooks& hooks, grpc::CallbackServerContext* context,
              EchoReply* reply)
      : EchoReactor(hooks, context), reply_(*reply) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      End(grpc::Status::OK);
      return;
    }
    EchoReply answer;
    if (!Answer(request_.text(), &answer)) return;
    if (!reply_.text().empty()) reply_.mutable_text()->append("+");
    reply_.mutable_text()->append(answer.text());
    StartRead(&request_);
  }

 private:
  EchoRequest request_;
  EchoReply& reply_;
};

class WriteReactor final
    : public EchoReactor<grpc::ServerWriteReactor<EchoReply>> {
 public:
  WriteReactor(const EchoHooks& hooks, grpc::CallbackServerContext* context,
               const EchoRequest& request)
      : EchoReactor(hooks, context) {
    if (Answer(request.text(), &reply_)) StartWrite(&reply_);
  }

  void OnWriteDone(bool ok) override {
    if (ok && ++written_ < 3) {
      StartWrite(&reply_);
    } else {
      End(grpc::Status::OK);
    }
  }

 private:
  EchoReply reply_;
  int written_ = 0;
};

class BidiReactor final
    : public EchoReactor<grpc::ServerBidiReactor<EchoRequest, EchoReply>> {
 public:
  BidiReactor(const EchoHooks& hooks, grpc::CallbackServerContext* context)
      : EchoReactor(hooks, context) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      End(grpc::Status::OK);
    } else if (Answer(request_.text(), &reply_)) {
      StartWrite(&reply_);
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      StartRead(&request_);
    } else {
      End(grpc::Status::OK);
    }
  }

 private:
  EchoRequest request_;
  EchoReply reply_;
};

class CallbackEcho final : public EchoService, public Echo::CallbackService {
 public:
  explicit CallbackEcho(EchoHooks hooks) : hooks_(std::move(hooks)) {}

  void Register(grpc::ServerBuilder& builder) override {
    builder.RegisterService(this);
  }

  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context,
                                  const EchoRequest* request,
                                  EchoReply* reply) override {
    return new UnaryReactor(hooks_, context, *request, reply);
  }
  grpc::ServerReadReactor<EchoRequest>* ClientStream(
      grpc::CallbackServerContext* context, EchoReply* reply) override {
    return new ReadReactor(hooks_, context, reply);
  }
  grpc::ServerWriteReactor<EchoReply>* ServerStream(
      grpc::CallbackServerContext* context,
      const EchoRequest* request) override {
    return new WriteReactor(hooks_, context, *request);
  }
  grpc::ServerBidiReactor<EchoRequest, EchoReply>* BidiStream(
      grpc::CallbackServerContext* context) override {
    return new BidiReactor(hooks_, context);
  }

 private:
  const EchoHooks hooks_;
};

}  // namespace

std::unique_ptr<EchoService> MakeCallbackEcho(EchoHooks hooks) {
  return std::make_unique<CallbackEcho>(std::move(hooks));
}

}  // namespace waybill
