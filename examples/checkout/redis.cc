// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/redis.h"

namespace checkout {

Redis::Redis(const std::string& socket_path)
    : context_(redisConnectUnix(socket_path.c_str())) {}

Redis::Reply Redis::Command(const std::vector<std::string>& arguments) {
  if (context_ == nullptr || context_->err != 0) return nullptr;
  std::vector<const char*> values;
  std::vector<size_t> sizes;
  for (const std::string& argument : arguments) {
    values.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  Reply reply(static_cast<redisReply*>(
      redisCommandArgv(context_.get(), static_cast<int>(values.size()),
                       values.data(), sizes.data())));
  if (reply != nullptr && reply->type == REDIS_REPLY_ERROR) return nullptr;
  return reply;
}

}  // namespace checkout
