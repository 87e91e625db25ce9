// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <grpcpp/completion_queue.h>

#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "waybill/interceptors/server_call.h"
#include "waybill/recorder/scope.h"
#include "waybill/testing/echo_service.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

// What is to be done, once, when an operation comes out of the queue, with
// whether it worked.
struct Tag {
  std::function<void(bool ok)> step;
  bool on_heap = false;
};

void* Then(std::function<void(bool ok)> step) {
  return new Tag{std::move(step), /*on_heap=*/true};
}

// A call lives for as long as a step that is to come refers to it.
template <typename Responder>
struct Call {
  Call() : responder(&context) {}

  grpc::ServerContext context;
  Responder responder;
  EchoRequest request;
  EchoReply reply;
  int replies_left = 3;
  bool hangs = false;
  // Here rather than on the heap, as it does not come back from the queue if
  // the call never came.
  Tag on_done;
  std::unique_ptr<grpc::ClientContext> child_context;
  std::unique_ptr<grpc::ClientAsyncResponseReaderInterface<EchoReply>> child;
  grpc::Status child_status;
};
template <typename Responder>
using CallPtr = std::shared_ptr<Call<Responder>>;

using UnaryCall = Call<grpc::ServerAsyncResponseWriter<EchoReply>>;
using ReadCall = Call<grpc::ServerAsyncReader<EchoReply, EchoRequest>>;
using WriteCall = Call<grpc::ServerAsyncWriter<EchoReply>>;
using BidiCall = Call<grpc::ServerAsyncReaderWriter<EchoReply, EchoRequest>>;

// One thread runs all steps of all calls.
class CompletionQueueEcho final : public EchoService {
 public:
  explicit CompletionQueueEcho(EchoHooks hooks) : hooks_(std::move(hooks)) {}

  void Register(grpc::ServerBuilder& builder) override {
    builder.RegisterService(&service_);
    queue_ = builder.AddCompletionQueue();
  }

  void Start() override {
    AcceptUnary();
    AcceptRead();
    AcceptWrite();
    AcceptBidi();
    thread_ = std::thread([this] {
      void* untyped = nullptr;
      bool ok = false;
      while (queue_->Next(&untyped, &ok)) {
        Tag* const tag = static_cast<Tag*>(untyped);
        const auto step = std::move(tag->step);
        if (tag->on_heap) delete tag;
        step(ok);
      }
    });
  }

  void Drain() override {
    {
      // Nothing may be started on a queue that is shut down.
      absl::MutexLock lock(
          &mutex_, absl::Condition(
                       +[](int* calls) { return *calls == 0; }, &calls_));
    }
    queue_->Shutdown();
    thread_.join();
  }

 private:
  template <typename Responder>
  void PrepareForCancel(const CallPtr<Responder>& call) {
    if (hooks_.notify_when_done) {
      call->context.AsyncNotifyWhenDone(&call->on_done);
    }
  }

  template <typename Responder>
  void Arrived(const CallPtr<Responder>& call) {
    {
      absl::MutexLock lock(&mutex_);
      ++calls_;
    }
    if (!hooks_.notify_when_done) return;
    call->on_done.step = [this, call](bool) {
      if (call->hangs) End(call, grpc::Status::CANCELLED);
    };
  }

  void AcceptUnary() {
    auto call = std::make_shared<UnaryCall>();
    PrepareForCancel(call);
    service_.RequestUnary(&call->context, &call->request, &call->responder,
                          queue_.get(), queue_.get(),
                          Then([this, call](bool ok) {
                            if (!ok) return;
                            AcceptUnary();
                            Arrived(call);
                            if (Answer(call)) End(call, grpc::Status::OK);
                          }));
  }

  void AcceptRead() {
    auto call = std::make_shared<ReadCall>();
    PrepareForCancel(call);
    service_.RequestClientStream(&call->context, &call->responder, queue_.get(),
                                 queue_.get(), Then([this, call](bool ok) {
                                   if (!ok) return;
                                   AcceptRead();
                                   Arrived(call);
                                   Read(call, "");
                                 }));
  }

  void Read(
      const CallPtr<grpc::ServerAsyncReader<EchoReply, EchoRequest>>& call,
      std::string joined) {
    call->responder.Read(&call->request, Then([this, call, joined](bool ok) {
      if (!ok) {
        call->reply.set_text(joined);
        End(call, grpc::Status::OK);
      } else if (Answer(call)) {
        Read(call, joined.empty() ? call->reply.text()
                                  : joined + "+" + call->reply.text());
      }
    }));
  }

  void AcceptWrite() {
    auto call = std::make_shared<WriteCall>();
    PrepareForCancel(call);
    service_.RequestServerStream(&call->context, &call->request,
                                 &call->responder, queue_.get(), queue_.get(),
                                 Then([this, call](bool ok) {
                                   if (!ok) return;
                                   AcceptWrite();
                                   Arrived(call);
                                   if (Answer(call)) Write(call);
                                 }));
  }

  void Write(const CallPtr<grpc::ServerAsyncWriter<EchoReply>>& call) {
    call->responder.Write(call->reply, Then([this, call](bool ok) {
                            if (ok && --call->replies_left > 0) {
                              Write(call);
                            } else {
                              End(call, grpc::Status::OK);
                            }
                          }));
  }

  void AcceptBidi() {
    auto call = std::make_shared<BidiCall>();
    PrepareForCancel(call);
    service_.RequestBidiStream(&call->context, &call->responder, queue_.get(),
                               queue_.get(), Then([this, call](bool ok) {
                                 if (!ok) return;
                                 AcceptBidi();
                                 Arrived(call);
                                 ReadAndWrite(call);
                               }));
  }

  void ReadAndWrite(
      const CallPtr<grpc::ServerAsyncReaderWriter<EchoReply, EchoRequest>>&
          call) {
    call->responder.Read(&call->request, Then([this, call](bool ok) {
      if (!ok) {
        End(call, grpc::Status::OK);
      } else if (Answer(call)) {
        call->responder.Write(call->reply, Then([this, call](bool written) {
                                if (written) {
                                  ReadAndWrite(call);
                                } else {
                                  End(call, grpc::Status::OK);
                                }
                              }));
      }
    }));
  }

  // True if the reply is there to be sent. Otherwise the call ends, now or
  // later.
  template <typename Responder>
  bool Answer(const CallPtr<Responder>& call) {
    const std::string& text = call->request.text();
    if (hooks_.on_request) hooks_.on_request(text, call->context);
    const EchoCommand command(text);
    switch (command.kind) {
      case EchoCommand::Kind::kHang:
        call->hangs = true;
        if (hooks_.on_hang) hooks_.on_hang();
        return false;
      case EchoCommand::Kind::kError:
        End(call, command.status);
        return false;
      case EchoCommand::Kind::kCall:
        call->child_context = std::make_unique<grpc::ClientContext>();
        CallChild(call, command.text);
        return false;
      case EchoCommand::Kind::kCallFrom:
        call->child_context =
            grpc::ClientContext::FromServerContext(call->context);
        CallChild(call, command.text);
        return false;
      case EchoCommand::Kind::kEcho:
        call->reply.set_text(command.text);
        return true;
    }
    return false;
  }

  template <typename Responder>
  void CallChild(const CallPtr<Responder>& call, const std::string& text) {
    // Here no span is current unless one makes it so.
    Scope scope(ServerSpan(call->context));
    EchoRequest request;
    request.set_text(text);
    call->child = hooks_.child->AsyncUnary(call->child_context.get(), request,
                                           queue_.get());
    call->child->Finish(
        &call->reply, &call->child_status,
        Then([this, call](bool) { End(call, call->child_status); }));
  }

  // The last step: refers to the call until it is done.
  template <typename Responder>
  void End(const CallPtr<Responder>& call, const grpc::Status& status) {
    call->hangs = false;
    EndWith(call->responder, call->reply, status, Then([this, call](bool) {
              absl::MutexLock lock(&mutex_);
              --calls_;
            }));
  }
  template <typename Responder>
  static auto EndWith(Responder& responder, const EchoReply& reply,
                      const grpc::Status& status, void* tag)
      -> decltype(responder.FinishWithError(status, tag)) {
    if (status.ok()) {
      responder.Finish(reply, status, tag);
    } else {
      responder.FinishWithError(status, tag);
    }
  }
  template <typename Responder>
  static auto EndWith(Responder& responder, const EchoReply&,
                      const grpc::Status& status, void* tag)
      -> decltype(responder.Finish(status, tag)) {
    responder.Finish(status, tag);
  }

  const EchoHooks hooks_;
  Echo::AsyncService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::thread thread_;
  absl::Mutex mutex_;
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;  // that have not ended
};

}  // namespace

std::unique_ptr<EchoService> MakeCompletionQueueEcho(EchoHooks hooks) {
  return std::make_unique<CompletionQueueEcho>(std::move(hooks));
}

}  // namespace waybill
