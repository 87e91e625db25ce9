// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/proto_wire.h"

namespace waybill {

bool ProtoReader::Next() {
  if (!ok_ || at_ == end_) return false;
  uint64_t tag = 0;
  number_ = 0;
  bytes_ = absl::string_view();
  ok_ = ReadVarint(&tag) && tag >> 32 == 0 && tag >> 3 != 0;
  if (!ok_) return false;
  field_ = static_cast<uint32_t>(tag >> 3);
  type_ = static_cast<WireType>(tag & 7);
  ok_ = ReadValue();
  return ok_;
}

bool ProtoReader::ReadValue() {
  switch (type_) {
    case WireType::kVarint:
      return ReadVarint(&number_);
    case WireType::kFixed64:
      return ReadFixed(8, &number_);
    case WireType::kFixed32:
      return ReadFixed(4, &number_);
    case WireType::kBytes: {
      uint64_t size = 0;
      if (!ReadVarint(&size) || size > static_cast<uint64_t>(end_ - at_)) {
        return false;
      }
      bytes_ = absl::string_view(at_, size);
      at_ += size;
      return true;
    }
  }
  return false;  // groups, which nobody sends any more
}

bool ProtoReader::ReadVarint(uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64 && at_ != end_; shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(*at_++);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool ProtoReader::ReadFixed(size_t size, uint64_t* value) {
  if (static_cast<size_t>(end_ - at_) < size) return false;
  *value = 0;
  for (size_t i = 0; i < size; ++i) {
    *value |= static_cast<uint64_t>(static_cast<uint8_t>(at_[i])) << (8 * i);
  }
  at_ += size;
  return true;
}

}  // namespace waybill
