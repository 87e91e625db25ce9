// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// inventory.Inventory: takes goods off the shelf. gRPC's sync server API; a
// call blocks on Redis and PostgreSQL, and stops when its caller gives up.
#include "examples/checkout/inventory.grpc.pb.h"
#include "examples/checkout/redis.h"
#include "examples/checkout/service.h"
#include "examples/checkout/stock.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kReserveTime(320);
constexpr std::chrono::milliseconds kCacheTime(20);
// Inventory's own work between the cache and the database.
constexpr std::chrono::milliseconds kPickTime(60);
constexpr std::chrono::milliseconds kQueryTime(180);

class InventoryService final : public inventory::Inventory::Service {
 public:
  InventoryService(std::string postgres, std::string redis)
      : postgres_(std::move(postgres)), redis_(std::move(redis)) {}

  grpc::Status Reserve(grpc::ServerContext* context,
                       const inventory::ReserveRequest* request,
                       inventory::ReserveReply* /*reply*/) override {
    const Clock::time_point start = Clock::now();
    if (KnownToBeSoldOut(request->item())) return SoldOut();
    Stock stock(postgres_);
    if (!WorkUntil(start + kCacheTime + kPickTime, *context)) {
      return GivenUp("before the query");
    }
    const absl::Status status = Query(stock, *request, *context);
    if (absl::IsCancelled(status)) return GivenUp("in the query");
    if (absl::IsResourceExhausted(status)) {
      Redis(redis_).Command({"SETEX", CacheKey(request->item()), "60", "1"});
      return SoldOut();
    }
    if (!status.ok()) {
      Log("PostgreSQL: " + std::string(status.message()));
      return {grpc::StatusCode::UNAVAILABLE, "the database failed"};
    }
    return WorkUntil(start + kReserveTime, *context) ? grpc::Status::OK
                                                     : GivenUp("at the end");
  }

 private:
  bool KnownToBeSoldOut(const std::string& item) const {
    const Clock::time_point end = Clock::now() + kCacheTime;
    ScopedSpan span = DatabaseSpan("cache.get", "redis", "GET");
    const Redis::Reply reply = Redis(redis_).Command({"GET", CacheKey(item)});
    if (reply == nullptr) span.SetError("Redis did not answer");
    WorkUntil(end);
    return reply != nullptr && reply->type == REDIS_REPLY_STRING;
  }

  static absl::Status Query(Stock& stock,
                            const inventory::ReserveRequest& request,
                            const grpc::ServerContext& context) {
    ScopedSpan span = DatabaseSpan("postgres.query", "postgresql", "reserve");
    const absl::Status status =
        stock.Reserve({request.order_id(), request.item(), request.quantity()},
                      kQueryTime, [&context] { return context.IsCancelled(); });
    if (!status.ok()) span.SetError(std::string(status.message()));
    return status;
  }

  static std::string CacheKey(const std::string& item) {
    return "sold-out:" + item;
  }

  static grpc::Status SoldOut() {
    return {grpc::StatusCode::RESOURCE_EXHAUSTED, "sold out"};
  }

  static grpc::Status GivenUp(const std::string& where) {
    Log("the caller gave up " + where + "; nothing was reserved");
    return grpc::Status::CANCELLED;
  }

  const std::string postgres_;
  const std::string redis_;
};

}  // namespace
}  // namespace checkout

int main(int argc, char** argv) {
  const checkout::StopSignal stop;
  checkout::Telemetry telemetry("inventory");
  const std::string postgres = checkout::RequiredFlag(argc, argv, "postgres");
  const absl::Status status = checkout::Stock(postgres).CreateTables();
  if (!status.ok()) {
    checkout::Log("PostgreSQL: " + std::string(status.message()));
    return 1;
  }
  checkout::InventoryService service(
      postgres, checkout::RequiredFlag(argc, argv, "redis"));
  return checkout::Serve(telemetry, service, stop);
}
