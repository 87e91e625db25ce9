// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// A connection to Redis over its Unix socket, by hiredis.
//
//   checkout::Redis redis(socket_path);
//   checkout::Redis::Reply reply = redis.Command({"GET", "sold-out:mug"});
//   if (reply == nullptr) return Unavailable();
//
// For one thread. Connecting takes a fraction of a millisecond, so a call makes
// a connection of its own.
#ifndef EXAMPLES_CHECKOUT_REDIS_H_
#define EXAMPLES_CHECKOUT_REDIS_H_

#include <hiredis/hiredis.h>

#include <memory>
#include <string>
#include <vector>

namespace checkout {

class Redis {
 public:
  struct FreeReply {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;

  explicit Redis(const std::string& socket_path);

  // Null if the connection is broken or Redis answers with an error.
  Reply Command(const std::vector<std::string>& arguments);

 private:
  struct FreeContext {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  std::unique_ptr<redisContext, FreeContext> context_;
};

}  // namespace checkout

#endif  // EXAMPLES_CHECKOUT_REDIS_H_
