// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Calls of methods that nobody has registered, by names that a peer makes up:
// they are answered as ever, and none of the names is kept.

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "waybill/testing/echo_service.h"
#include "waybill/testing/traced_server.h"

namespace waybill {
namespace {

constexpr int kNames = 5000;

// Calls as many methods as there are names, and expects no one to be there.
void CallMadeUpMethods(std::shared_ptr<grpc::Channel> channel) {
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer reply;
  };
  grpc::GenericStub stub(std::move(channel));
  constexpr int kAtOnce = 100;
  for (int first = 0; first < kNames; first += kAtOnce) {
    std::vector<Call> calls(kAtOnce);
    absl::BlockingCounter left(kAtOnce);
    for (int i = 0; i < kAtOnce; ++i) {
      Call& call = calls[i];
      grpc::Slice empty("");
      call.request = grpc::ByteBuffer(&empty, 1);
      stub.UnaryCall(
          &call.context, absl::StrCat("/made.up/M", first + i), {},
          &call.request, &call.reply, [&](const grpc::Status& status) {
            EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
            left.DecrementCount();
          });
    }
    left.Wait();
  }
}

std::shared_ptr<grpc::Channel> Untraced(const std::string& address) {
  return grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
}

// How many spans there are, all of which must be the server's _OTHER, and an
// error.
size_t OtherSpans(TraceRecording& recording) {
  size_t others = 0;
  for (const FinishedSpan& span : recording.Spans()) {
    EXPECT_EQ(span.name, "_OTHER");
    EXPECT_EQ(span.kind, SpanKind::kServer);
    EXPECT_EQ(span.attributes.at("rpc.method"), "_OTHER");
    EXPECT_EQ(span.attributes.at("rpc.response.status_code"), "UNIMPLEMENTED");
    EXPECT_EQ(span.status, StatusCode::kError);
    ++others;
  }
  return others + recording.recorder().counts().no_room;
}

// gRPC answers these itself, whatever API the server's own methods are in.
class ServerApiTest : public ::testing::TestWithParam<EchoApi> {};
INSTANTIATE_TEST_SUITE_P(Apis, ServerApiTest,
                         ::testing::Values(EchoApi::kSync, EchoApi::kCallback,
                                           EchoApi::kCompletionQueue));

TEST_P(ServerApiTest, UnknownMethodIsOther) {
  TraceRecording recording;
  EchoServer server(&recording, GetParam());
  CallMadeUpMethods(Untraced(server.address()));
  EXPECT_EQ(OtherSpans(recording), size_t{kNames});
}

// Here an application serves whatever is called, as proxies do.
TEST(UnknownMethodTest, OfAGenericCallbackServerIsOther) {
  TraceRecording recording;
  grpc::CallbackGenericService service;
  TracedServer server(&recording, [&](grpc::ServerBuilder& builder) {
    builder.RegisterCallbackGenericService(&service);
  });
  CallMadeUpMethods(Untraced(server.address()));
  EXPECT_EQ(OtherSpans(recording), size_t{kNames});
}

TEST(UnknownMethodTest, OfAGenericCompletionQueueServerIsOther) {
  TraceRecording recording;
  grpc::AsyncGenericService service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
  TracedServer server(&recording, [&](grpc::ServerBuilder& builder) {
    builder.RegisterAsyncGenericService(&service);
    queue = builder.AddCompletionQueue();
  });
  std::thread thread([&] {
    void* tag = nullptr;
    bool ok = true;
    while (ok) {
      grpc::GenericServerContext context;
      grpc::GenericServerAsyncReaderWriter stream(&context);
      service.RequestCall(&context, &stream, queue.get(), queue.get(), nullptr);
      if (!queue->Next(&tag, &ok) || !ok) break;
      stream.Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""), nullptr);
      queue->Next(&tag, &ok);
    }
  });
  CallMadeUpMethods(Untraced(server.address()));
  server.Shutdown();
  thread.join();
  queue->Shutdown();
  EXPECT_EQ(OtherSpans(recording), size_t{kNames});
}

// A client's own names are not an attacker's, and are kept up to a number.
TEST(UnknownMethodTest, OfAClientIsNamedWhileThereIsRoom) {
  TraceRecording recording;
  EchoServer server(nullptr, EchoApi::kSync);
  CallMadeUpMethods(recording.MakeChannel(server.address()));
  std::set<std::string> names;
  for (const FinishedSpan& span : recording.Spans()) names.insert(span.name);
  EXPECT_EQ(names.size(), MethodTable::kMaxMethods + 1);
  EXPECT_EQ(names.count("_OTHER"), 1u);
}

}  // namespace
}  // namespace waybill
