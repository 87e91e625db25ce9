// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// gRPC metadata as the envelope that trace context travels in: the maps that
// interceptors see before metadata is sent and after it came.
//
// Metadata keys are lower case on the wire, so plain comparison will do.
#ifndef WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_
#define WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_

#include <grpcpp/support/string_ref.h>

#include <map>
#include <string>

#include "waybill/propagation/carrier.h"

namespace waybill {

class ReceivedMetadata final : public CarrierReader {
 public:
  using Map = std::multimap<grpc::string_ref, grpc::string_ref>;
  explicit ReceivedMetadata(const Map& map) : map_(map) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    const auto range =
        map_.equal_range(grpc::string_ref(key.data(), key.size()));
    for (auto it = range.first; it != range.second; ++it) {
      visit(absl::string_view(it->second.data(), it->second.size()));
    }
  }

 private:
  const Map& map_;
};

// Also reads, so that a context which the application put there is found.
class SentMetadata final : public CarrierReader, public CarrierWriter {
 public:
  using Map = std::multimap<std::string, std::string>;
  explicit SentMetadata(Map* map) : map_(map) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    const auto range = map_->equal_range(std::string(key));
    for (auto it = range.first; it != range.second; ++it) visit(it->second);
  }

  void Set(absl::string_view key, absl::string_view value) override {
    std::string owned_key(key);
    const auto place = map_->lower_bound(owned_key);
    if (place != map_->end() && place->first == owned_key) {
      map_->erase(owned_key);
      map_->emplace(std::move(owned_key), value);
      return;
    }
    map_->emplace_hint(place, std::move(owned_key), value);
  }

 private:
  Map* const map_;
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_
