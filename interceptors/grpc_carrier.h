// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// gRPC metadata as the envelope that trace context travels in: the maps that
// interceptors see before metadata is sent and after it came, and what came
// before gRPC has made a map of it.
//
// Metadata keys are lower case on the wire, so plain comparison will do.
#ifndef WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_
#define WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_

#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <grpcpp/support/string_ref.h>

#include <map>
#include <string>

#include "waybill/interceptors/thread_spares.h"
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

// As it came. Looks at each item for each key: a call has few of both, and gRPC
// limits the bytes of what a peer may send.
class UnmappedReceivedMetadata final : public CarrierReader {
 public:
  explicit UnmappedReceivedMetadata(const grpc_metadata_array& array)
      : array_(array) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    for (size_t i = 0; i < array_.count; ++i) {
      if (TextOf(array_.metadata[i].key) == key) {
        visit(TextOf(array_.metadata[i].value));
      }
    }
  }

 private:
  static absl::string_view TextOf(const grpc_slice& slice) {
    return absl::string_view(
        reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)),
        GRPC_SLICE_LENGTH(slice));
  }

  const grpc_metadata_array& array_;
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
    if (!map_->empty()) {
      map_->erase(std::string(key));
    } else if (TakeSpare(key)) {
      map_->begin()->second.assign(value.data(), value.size());
      return;
    }
    map_->emplace(key, value);
  }

  // Where the map is about to be destroyed: keeps what is in it for the
  // thread's next Set(), if that is one small item.
  void KeepForNext() {
    if (map_->size() != 1) return;
    const Map::value_type& item = *map_->begin();
    if (item.first.capacity() + item.second.capacity() > kMaxKeptBytes) return;
    ThreadSpares* const spares = ThreadSpares::OfThisThread();
    if (spares != nullptr) spares->metadata.swap(*map_);
  }

 private:
  static constexpr size_t kMaxKeptBytes = 128;

  // Into the empty map: an item of that key and some value, if there is one.
  bool TakeSpare(absl::string_view key) {
    ThreadSpares* const spares = ThreadSpares::OfThisThread();
    if (spares == nullptr || spares->metadata.empty() ||
        spares->metadata.begin()->first != key) {
      return false;
    }
    map_->swap(spares->metadata);
    return true;
  }

  Map* const map_;
};

}  // namespace waybill

#endif  // WAYBILL_INTERCEPTORS_GRPC_CARRIER_H_
