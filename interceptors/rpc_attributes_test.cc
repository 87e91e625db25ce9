// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/rpc_attributes.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>

#include "waybill/recorder/recorder.h"
#include "waybill/testing/in_memory_exporter.h"

namespace waybill {
namespace {

using Attributes = FinishedSpan::Attributes;
using Vocabulary = RpcOptions::Vocabulary;

// What a span of method becomes that set() was applied to.
FinishedSpan Record(const std::function<void(const SpanRef&)>& set,
                    absl::string_view method = "shop.Shop/Buy",
                    Vocabulary vocabulary = Vocabulary::kNew) {
  auto exporter = std::make_unique<InMemoryExporter>();
  const auto spans = exporter->spans();
  const auto recorder = Recorder::Start(std::move(exporter), {});
  Span span = recorder->tracer().StartSpan(
      *MakeRpcTemplate(method, SpanKind::kServer, vocabulary), SpanContext());
  set(span);
  span.End();
  recorder->Flush(absl::Seconds(10));
  return spans->Get().at(0);
}

TEST(RpcAttributesTest, NamesAMethodInEachVocabulary) {
  struct Row {
    Vocabulary vocabulary;
    const char* method;
    Attributes expected;
  };
  const Row kRows[] = {
      {Vocabulary::kNew,
       "shop.Shop/Buy",
       {{"rpc.system.name", "grpc"}, {"rpc.method", "shop.Shop/Buy"}}},
      {Vocabulary::kOld,
       "shop.Shop/Buy",
       {{"rpc.system", "grpc"},
        {"rpc.service", "shop.Shop"},
        {"rpc.method", "Buy"}}},
      {Vocabulary::kBoth,
       "shop.Shop/Buy",
       {{"rpc.system.name", "grpc"},
        {"rpc.system", "grpc"},
        {"rpc.service", "shop.Shop"},
        {"rpc.method", "shop.Shop/Buy"}}},
      {Vocabulary::kNew,
       "_OTHER",
       {{"rpc.system.name", "grpc"}, {"rpc.method", "_OTHER"}}},
      {Vocabulary::kOld,
       "_OTHER",
       {{"rpc.system", "grpc"}, {"rpc.method", "_OTHER"}}},
      {Vocabulary::kBoth,
       "_OTHER",
       {{"rpc.system.name", "grpc"},
        {"rpc.system", "grpc"},
        {"rpc.method", "_OTHER"}}},
  };
  for (const Row& row : kRows) {
    const FinishedSpan span =
        Record([](const SpanRef&) {}, row.method, row.vocabulary);
    EXPECT_EQ(span.attributes, row.expected);
    EXPECT_EQ(span.name, row.method);
  }
}

TEST(RpcAttributesTest, NamesAStatusInEachVocabulary) {
  struct Row {
    Vocabulary vocabulary;
    Attributes expected;
  };
  const Row kRows[] = {
      {Vocabulary::kNew, {{"rpc.response.status_code", "NOT_FOUND"}}},
      {Vocabulary::kOld, {{"rpc.grpc.status_code", "5"}}},
      {Vocabulary::kBoth,
       {{"rpc.response.status_code", "NOT_FOUND"},
        {"rpc.grpc.status_code", "5"}}},
  };
  for (const Row& row : kRows) {
    FinishedSpan span = Record([&](const SpanRef& recorded) {
      SetRpcEnd(recorded, nullptr, grpc::StatusCode::NOT_FOUND, "no such thing",
                StatusCodeSet({}), row.vocabulary);
    });
    span.attributes.erase("rpc.system.name");
    span.attributes.erase("rpc.method");
    EXPECT_EQ(span.attributes, row.expected);
  }
}

TEST(RpcAttributesTest, EndSaysWhichServerItWas) {
  const struct {
    ServerAddress server;
    Attributes expected;
  } kRows[] = {
      {{}, {}},
      {{"/tmp/socket", 0}, {{"server.address", "/tmp/socket"}}},
      {{"localhost", 50051},
       {{"server.address", "localhost"}, {"server.port", "50051"}}},
  };
  for (const auto& row : kRows) {
    for (const auto vocabulary :
         {Vocabulary::kNew, Vocabulary::kOld, Vocabulary::kBoth}) {
      FinishedSpan span = Record([&](const SpanRef& recorded) {
        SetRpcEnd(recorded, &row.server, grpc::StatusCode::OK, "",
                  StatusCodeSet({}), vocabulary);
      });
      EXPECT_GT(span.attributes.erase("rpc.response.status_code") +
                    span.attributes.erase("rpc.grpc.status_code"),
                0u);
      span.attributes.erase("rpc.system.name");
      span.attributes.erase("rpc.method");
      EXPECT_EQ(span.attributes, row.expected);
    }
  }
}

TEST(RpcAttributesTest, MakesAnErrorOfTheCodesThatAreOne) {
  const RpcOptions options;
  struct Row {
    int code;
    const char* name;
    bool client;
    bool server;
  };
  const Row kRows[] = {
      {0, "OK", false, false},
      {1, "CANCELLED", true, false},
      {2, "UNKNOWN", true, true},
      {3, "INVALID_ARGUMENT", true, false},
      {4, "DEADLINE_EXCEEDED", true, true},
      {5, "NOT_FOUND", true, false},
      {6, "ALREADY_EXISTS", true, false},
      {7, "PERMISSION_DENIED", true, false},
      {8, "RESOURCE_EXHAUSTED", true, false},
      {9, "FAILED_PRECONDITION", true, false},
      {10, "ABORTED", true, false},
      {11, "OUT_OF_RANGE", true, false},
      {12, "UNIMPLEMENTED", true, true},
      {13, "INTERNAL", true, true},
      {14, "UNAVAILABLE", true, true},
      {15, "DATA_LOSS", true, true},
      {16, "UNAUTHENTICATED", true, false},
      // Numbers that gRPC does not have, and an application may answer with.
      {17, "CODE_UNKNOWN", true, false},
      {31, "CODE_UNKNOWN", true, false},
      {32, "CODE_UNKNOWN", true, false},
      {1000000, "CODE_UNKNOWN", true, false},
      {-1, "CODE_UNKNOWN", true, false},
  };
  for (const Row& row : kRows) {
    for (const bool is_client : {true, false}) {
      const bool is_error = is_client ? row.client : row.server;
      const FinishedSpan span = Record([&](const SpanRef& recorded) {
        SetRpcEnd(recorded, nullptr, static_cast<grpc::StatusCode>(row.code),
                  "why",
                  is_client ? options.client_errors : options.server_errors,
                  Vocabulary::kNew);
      });
      EXPECT_EQ(span.attributes.at("rpc.response.status_code"), row.name);
      EXPECT_EQ(span.status, is_error ? StatusCode::kError : StatusCode::kUnset)
          << row.code;
      EXPECT_EQ(span.status_message, is_error ? "why" : "") << row.code;
      EXPECT_EQ(span.attributes.count("error.type"), is_error ? 1u : 0u);
      if (is_error) {
        EXPECT_EQ(span.attributes.at("error.type"), row.name);
      }
    }
  }
}

TEST(RpcAttributesTest, FindsTheServerInATarget) {
  struct Row {
    const char* target;
    const char* address;
    int port;
    const char* why;
  };
  const Row kRows[] = {
      {"localhost:50051", "localhost", 50051, "host and port"},
      {"localhost", "localhost", 0, "no port"},
      {"localhost:", "localhost", 0, "an empty port"},
      {"localhost:https", "localhost", 0, "a port by its name"},
      {"localhost:0", "localhost", 0, "no port of a server"},
      {"localhost:65535", "localhost", 65535, "the highest port"},
      {"localhost:65536", "localhost", 0, "more than a port can be"},
      {"localhost:-1", "localhost", 0, "less than a port can be"},
      {"dns:localhost:50051", "localhost", 50051, "a scheme"},
      {"dns:///localhost:50051", "localhost", 50051, "no authority"},
      {"dns://8.8.8.8/localhost:50051", "localhost", 50051,
       "the authority is the resolver"},
      {"10.0.0.1:50051", "10.0.0.1", 50051, "an address"},
      {"ipv4:10.0.0.1:50051", "10.0.0.1", 50051, "an address with its scheme"},
      {"ipv4:10.0.0.1:1,10.0.0.2:2", "", 0, "several are not one server"},
      {"[::1]:50051", "::1", 50051, "IPv6 with a port"},
      {"[::1]", "::1", 0, "IPv6 in brackets"},
      {"::1", "::1", 0, "IPv6 by itself: its colons are no port's"},
      {"ipv6:[::1]:50051", "::1", 50051, "IPv6 with its scheme"},
      {"dns:///[::1]:50051", "::1", 50051, "IPv6 as a name"},
      {"unix:/tmp/socket", "/tmp/socket", 0, "a socket's path"},
      {"unix:///tmp/socket", "/tmp/socket", 0, "a path with an authority"},
      {"unix:socket:1", "socket:1", 0, "a path has no port"},
      {"unix-abstract:name", "name", 0, "a socket without a file"},
      {"xds:///shop.example", "shop.example", 0, "a service's name"},
      {"xds://nothing", "", 0, "an authority alone"},
      {"", "", 0, "nothing"},
      {":", "", 0, "nothing but a colon"},
      {"[", "", 0, "nothing but a bracket"},
  };
  for (const Row& row : kRows) {
    const ServerAddress found = ParseTarget(row.target);
    EXPECT_EQ(found.address, row.address) << row.target << ": " << row.why;
    EXPECT_EQ(found.port, row.port) << row.target << ": " << row.why;
  }
}

TEST(RpcAttributesTest, SetsAPeerThatHasAnAddress) {
  struct Row {
    const char* peer;
    const char* address;  // "" where there is none
    const char* port;
  };
  const Row kRows[] = {
      {"ipv4:127.0.0.1:50051", "127.0.0.1", "50051"},
      {"ipv6:%5B::1%5D:50051", "::1", "50051"},
      {"ipv6:[::1]:50051", "::1", "50051"},
      {"unix:/tmp/socket", "/tmp/socket", ""},
      {"unix:", "", ""},
      {"inproc", "", ""},
      {"unknown", "", ""},
      {"", "", ""},
  };
  for (const Row& row : kRows) {
    FinishedSpan span =
        Record([&](const SpanRef& recorded) { SetPeer(recorded, row.peer); });
    EXPECT_EQ(span.attributes["network.peer.address"], row.address) << row.peer;
    EXPECT_EQ(span.attributes["network.peer.port"], row.port) << row.peer;
  }
}

}  // namespace
}  // namespace waybill
