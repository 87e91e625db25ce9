// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/testing/echo_client.h"

#include <grpcpp/completion_queue.h>

#include "absl/synchronization/notification.h"

namespace waybill {
namespace {

using testing::Echo;
using testing::EchoReply;
using testing::EchoRequest;

EchoRequest Request(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

struct Job {
  Echo::StubInterface& stub;
  grpc::ClientContext& context;
  const std::vector<std::string>& texts;
};

// The synchronous API.

EchoResult SyncUnary(const Job& job) {
  EchoReply reply;
  const grpc::Status status =
      job.stub.Unary(&job.context, Request(job.texts.back()), &reply);
  if (!status.ok()) return {status, {}};
  return {status, {reply.text()}};
}

EchoResult SyncClientStream(const Job& job) {
  EchoReply reply;
  auto writer = job.stub.ClientStream(&job.context, &reply);
  for (const std::string& text : job.texts) {
    if (!writer->Write(Request(text))) break;
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return {status, {}};
  return {status, {reply.text()}};
}

EchoResult SyncServerStream(const Job& job) {
  EchoResult result;
  EchoReply reply;
  auto reader = job.stub.ServerStream(&job.context, Request(job.texts.back()));
  while (reader->Read(&reply)) result.replies.push_back(reply.text());
  result.status = reader->Finish();
  return result;
}

EchoResult SyncBidiStream(const Job& job) {
  EchoResult result;
  EchoReply reply;
  auto stream = job.stub.BidiStream(&job.context);
  for (const std::string& text : job.texts) {
    if (!stream->Write(Request(text)) || !stream->Read(&reply)) break;
    result.replies.push_back(reply.text());
  }
  stream->WritesDone();
  result.status = stream->Finish();
  return result;
}

// The callback API.

// The end of a call, for the thread that waits for it.
template <typename Reactor>
class Waiting : public Reactor {
 public:
  EchoResult Wait() {
    done_.WaitForNotification();
    return std::move(result_);
  }
  void OnDone(const grpc::Status& status) override {
    result_.status = status;
    if (!status.ok() && one_reply_) result_.replies.clear();
    done_.Notify();
  }

 protected:
  explicit Waiting(bool one_reply) : one_reply_(one_reply) {}
  void Add(const EchoReply& reply) { result_.replies.push_back(reply.text()); }

 private:
  const bool one_reply_;
  EchoResult result_;
  absl::Notification done_;
};

EchoResult CallbackUnary(const Job& job) {
  const EchoRequest request = Request(job.texts.back());
  EchoReply reply;
  grpc::Status status;
  absl::Notification done;
  job.stub.async()->Unary(&job.context, &request, &reply,
                          [&](const grpc::Status& ended) {
                            status = ended;
                            done.Notify();
                          });
  done.WaitForNotification();
  if (!status.ok()) return {status, {}};
  return {status, {reply.text()}};
}

EchoResult CallbackClientStream(const Job& job) {
  class Writer final : public Waiting<grpc::ClientWriteReactor<EchoRequest>> {
   public:
    explicit Writer(const Job& job) : Waiting(true), texts_(job.texts) {
      job.stub.async()->ClientStream(&job.context, &reply_, this);
      WriteNext();
      StartCall();
    }
    void OnWriteDone(bool ok) override {
      if (ok) WriteNext();
    }
    void OnDone(const grpc::Status& status) override {
      Add(reply_);
      Waiting::OnDone(status);
    }

   private:
    void WriteNext() {
      if (next_ == texts_.size()) {
        StartWritesDone();
        return;
      }
      request_ = Request(texts_[next_++]);
      StartWrite(&request_);
    }

    const std::vector<std::string>& texts_;
    size_t next_ = 0;
    EchoRequest request_;
    EchoReply reply_;
  };
  return Writer(job).Wait();
}

EchoResult CallbackServerStream(const Job& job) {
  class Reader final : public Waiting<grpc::ClientReadReactor<EchoReply>> {
   public:
    explicit Reader(const Job& job)
        : Waiting(false), request_(Request(job.texts.back())) {
      job.stub.async()->ServerStream(&job.context, &request_, this);
      StartRead(&reply_);
      StartCall();
    }
    void OnReadDone(bool ok) override {
      if (!ok) return;
      Add(reply_);
      StartRead(&reply_);
    }

   private:
    const EchoRequest request_;
    EchoReply reply_;
  };
  return Reader(job).Wait();
}

EchoResult CallbackBidiStream(const Job& job) {
  class Stream final
      : public Waiting<grpc::ClientBidiReactor<EchoRequest, EchoReply>> {
   public:
    explicit Stream(const Job& job) : Waiting(false), texts_(job.texts) {
      job.stub.async()->BidiStream(&job.context, this);
      WriteNext();
      StartCall();
    }
    void OnWriteDone(bool ok) override {
      if (ok) StartRead(&reply_);
    }
    void OnReadDone(bool ok) override {
      if (!ok) return;
      Add(reply_);
      WriteNext();
    }

   private:
    void WriteNext() {
      if (next_ == texts_.size()) {
        StartWritesDone();
        return;
      }
      request_ = Request(texts_[next_++]);
      StartWrite(&request_);
    }

    const std::vector<std::string>& texts_;
    size_t next_ = 0;
    EchoRequest request_;
    EchoReply reply_;
  };
  return Stream(job).Wait();
}

// The completion-queue API.

// A queue for one operation at a time.
class Queue {
 public:
  ~Queue() {
    queue_.Shutdown();
    Wait();
  }
  grpc::CompletionQueue* get() { return &queue_; }
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

 private:
  grpc::CompletionQueue queue_;
};

EchoResult QueueUnary(const Job& job) {
  Queue queue;
  EchoReply reply;
  grpc::Status status;
  auto call =
      job.stub.AsyncUnary(&job.context, Request(job.texts.back()), queue.get());
  call->Finish(&reply, &status, nullptr);
  queue.Wait();
  if (!status.ok()) return {status, {}};
  return {status, {reply.text()}};
}

EchoResult QueueClientStream(const Job& job) {
  Queue queue;
  EchoReply reply;
  grpc::Status status;
  auto writer =
      job.stub.AsyncClientStream(&job.context, &reply, queue.get(), nullptr);
  bool ok = queue.Wait();
  for (size_t i = 0; ok && i < job.texts.size(); ++i) {
    writer->Write(Request(job.texts[i]), nullptr);
    ok = queue.Wait();
  }
  if (ok) {
    writer->WritesDone(nullptr);
    queue.Wait();
  }
  writer->Finish(&status, nullptr);
  queue.Wait();
  if (!status.ok()) return {status, {}};
  return {status, {reply.text()}};
}

EchoResult QueueServerStream(const Job& job) {
  Queue queue;
  EchoResult result;
  EchoReply reply;
  auto reader = job.stub.AsyncServerStream(
      &job.context, Request(job.texts.back()), queue.get(), nullptr);
  if (queue.Wait()) {
    for (;;) {
      reader->Read(&reply, nullptr);
      if (!queue.Wait()) break;
      result.replies.push_back(reply.text());
    }
  }
  reader->Finish(&result.status, nullptr);
  queue.Wait();
  return result;
}

EchoResult QueueBidiStream(const Job& job) {
  Queue queue;
  EchoResult result;
  EchoReply reply;
  auto stream = job.stub.AsyncBidiStream(&job.context, queue.get(), nullptr);
  bool ok = queue.Wait();
  for (size_t i = 0; ok && i < job.texts.size(); ++i) {
    stream->Write(Request(job.texts[i]), nullptr);
    if (!(ok = queue.Wait())) break;
    stream->Read(&reply, nullptr);
    if (!(ok = queue.Wait())) break;
    result.replies.push_back(reply.text());
  }
  if (ok) {
    stream->WritesDone(nullptr);
    queue.Wait();
  }
  stream->Finish(&result.status, nullptr);
  queue.Wait();
  return result;
}

}  // namespace

EchoResult CallEcho(EchoApi api, EchoShape shape, Echo::StubInterface& stub,
                    grpc::ClientContext& context,
                    const std::vector<std::string>& texts) {
  using Call = EchoResult (*)(const Job&);
  static constexpr Call kCalls[3][4] = {
      {SyncUnary, SyncClientStream, SyncServerStream, SyncBidiStream},
      {CallbackUnary, CallbackClientStream, CallbackServerStream,
       CallbackBidiStream},
      {QueueUnary, QueueClientStream, QueueServerStream, QueueBidiStream}};
  return kCalls[static_cast<int>(api)][static_cast<int>(shape)](
      {stub, context, texts});
}

std::string EchoMethod(EchoShape shape) {
  static constexpr const char* kNames[] = {"Unary", "ClientStream",
                                           "ServerStream", "BidiStream"};
  return std::string("waybill.testing.Echo/") + kNames[static_cast<int>(shape)];
}

}  // namespace waybill
