// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// An envelope that is a map of strings, for any map that is shaped like the
// standard's: std::map, std::multimap, std::unordered_map, abseil's hash maps.
//
// HTTP headers, with cpp-httplib's multimap that ignores case:
//
//   void Handle(const httplib::Request& request, httplib::Response& response) {
//     waybill::Context context;
//     propagator.Extract(waybill::MapReader(request.headers), &context);
//   }
//
// A message's properties:
//
//   std::map<std::string, std::string> properties;
//   waybill::MapWriter writer(&properties);
//   propagator.Inject({span.context(), baggage}, writer);
//   queue.Publish(body, properties);
//
// gRPC's multimap of metadata works with MapReader, too. Whether keys ignore
// case is for the map to say: HTTP headers need one that does.
//
// Both refer to the map and neither owns it: it must outlive them. As safe from
// several threads as the map itself.
#ifndef WAYBILL_PROPAGATION_MAP_CARRIER_H_
#define WAYBILL_PROPAGATION_MAP_CARRIER_H_

#include <string>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "waybill/propagation/carrier.h"

namespace waybill {

// Map's keys and values may be any strings or views that have data() and
// size().
template <typename Map>
class MapReader final : public CarrierReader {
 public:
  explicit MapReader(const Map& map) : map_(map) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    const typename Map::key_type map_key(key.data(), key.size());
    const auto range = map_.equal_range(map_key);
    for (auto it = range.first; it != range.second; ++it) {
      visit(absl::string_view(it->second.data(), it->second.size()));
    }
  }

 private:
  const Map& map_;
};

template <typename Map>
class MapWriter final : public CarrierWriter {
  static_assert(std::is_same<typename Map::key_type, std::string>::value &&
                    std::is_same<typename Map::mapped_type, std::string>::value,
                "A map of views would refer to text that is gone.");

 public:
  explicit MapWriter(Map* map) : map_(*map) {}

  void Set(absl::string_view key, absl::string_view value) override {
    std::string map_key(key);
    // A multimap would keep the old values beside the new one.
    map_.erase(map_key);
    map_.emplace(std::move(map_key), value);
  }

 private:
  Map& map_;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_MAP_CARRIER_H_
