// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/fake_collector_for_test.h"

#include <cstdlib>
#include <utility>

namespace waybill {
namespace {

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace

// One call; deletes itself.
class FakeCollector::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(FakeCollector* collector, grpc::GenericCallbackServerContext* context)
      : collector_(collector) {
    call_.method = context->method();
    for (const auto& [key, value] : context->client_metadata()) {
      call_.headers.emplace(std::string(key.data(), key.size()),
                            std::string(value.data(), value.size()));
    }
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::INTERNAL, "no request"));
    call_.request = ToString(request_);
    reply_ = collector_->Receive(std::move(call_));
    if (reply_.hang) return;
    if (!reply_.status.ok()) return Finish(reply_.status);
    response_ = ToByteBuffer(reply_.response);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), reply_.status);
  }
  void OnCancel() override {
    if (reply_.hang) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  FakeCollector* const collector_;
  Call call_;
  Reply reply_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

class FakeCollector::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(FakeCollector* collector) : collector_(collector) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(collector_, context);
  }

 private:
  FakeCollector* const collector_;
};

FakeCollector::FakeCollector(
    ReplyTo reply_to, std::shared_ptr<grpc::ServerCredentials> credentials,
    const std::function<void(grpc::ServerBuilder*)>& configure)
    : reply_to_(std::move(reply_to)),
      service_(std::make_unique<Service>(this)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", std::move(credentials), &port_);
  builder.RegisterCallbackGenericService(service_.get());
  if (configure != nullptr) configure(&builder);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) abort();
}

FakeCollector::~FakeCollector() {
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

FakeCollector::Reply FakeCollector::Receive(Call call) {
  Call copy;
  {
    MutexLock lock(&mutex_);
    call.number = calls_.size();
    copy = call;
    calls_.push_back(std::move(call));
    changed_.notify_all();
  }
  return reply_to_ == nullptr ? Reply() : reply_to_(copy);
}

std::vector<FakeCollector::Call> FakeCollector::calls() const {
  MutexLock lock(&mutex_);
  return calls_;
}

void FakeCollector::WaitForCalls(size_t count) const {
  MutexLock lock(&mutex_);
  std::unique_lock<std::mutex> native(mutex_.native(), std::adopt_lock);
  changed_.wait(native, [this, count]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    return calls_.size() >= count;
  });
  native.release();
}

}  // namespace waybill
