// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The packer: takes orders from the Redis stream that fulfillment.cc fills and
// goes on with the trace that each message names. Serves no RPC. Told to stop,
// it first packs what is already on the stream.
#include <map>

#include "examples/checkout/redis.h"
#include "examples/checkout/service.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kPackTime(60);
constexpr char kStream[] = "orders";
constexpr char kGroup[] = "packers";
// How long to wait for an order before looking whether to stop.
constexpr char kBlockMs[] = "100";

struct Message {
  std::string id;
  std::map<std::string, std::string> properties;
};

std::string Text(const redisReply& reply) { return {reply.str, reply.len}; }

// The message in an answer to XREADGROUP ... COUNT 1, which is a list of one
// stream: [[stream, [[id, [name, value, ...]]]]].
Message MessageIn(const redisReply& reply) {
  const redisReply& entry = *reply.element[0]->element[1]->element[0];
  const redisReply& fields = *entry.element[1];
  Message message = {Text(*entry.element[0]), {}};
  for (size_t i = 0; i + 1 < fields.elements; i += 2) {
    message.properties[Text(*fields.element[i])] = Text(*fields.element[i + 1]);
  }
  return message;
}

void Pack(const Message& message) {
  const Clock::time_point end = Clock::now() + kPackTime;
  const ScopedSpan span =
      ConsumerSpan("fulfillment.process", message.properties);
  WorkUntil(end);
}

// Returns the exit status.
int Run(const StopSignal& stop, const std::string& socket_path) {
  Redis redis(socket_path);
  if (redis.Command({"XGROUP", "CREATE", kStream, kGroup, "0", "MKSTREAM"}) ==
      nullptr) {
    Log("Redis: cannot make the group of readers");
    return 1;
  }
  Log("ready");
  for (bool stopping = false;;) {
    stopping = stopping || stop.WaitFor(std::chrono::milliseconds(0));
    const Redis::Reply reply =
        redis.Command({"XREADGROUP", "GROUP", kGroup, "packer", "COUNT", "1",
                       "BLOCK", kBlockMs, "STREAMS", kStream, ">"});
    if (reply == nullptr) {
      Log("Redis: the stream is gone");
      return 1;
    }
    if (reply->type == REDIS_REPLY_ARRAY) {
      const Message message = MessageIn(*reply);
      Pack(message);
      redis.Command({"XACK", kStream, kGroup, message.id});
    } else if (stopping) {
      return 0;
    }
  }
}

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("worker");
  return checkout::Run(stop, checkout::RequiredFlag(argc, argv, "redis"));
}
