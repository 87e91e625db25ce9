// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Protobuf's wire format, written and read by hand: a user's process must not
// get a second copy of OpenTelemetry's generated messages.
//
// Source: protobuf.dev, "Encoding".
//
//   char* out = buffer;                      // has room: the caller saw to it
//   out = waybill::PutTag(2, waybill::WireType::kBytes, out);
//   char* const length = out++;              // one byte, to be filled in
//   out = waybill::PutBytes(1, "name", out);
//   out = waybill::CloseLength(length, 1, out);
//
//   waybill::ProtoReader reader(untrusted);
//   while (reader.Next()) {
//     if (reader.field() == 1) Use(reader.bytes());
//   }
//   if (!reader.ok()) ...                    // the rest could not be read
//
// Writers do no checks; what they write is canonical. The reader trusts no
// byte and never looks past the end.
#ifndef WAYBILL_EXPORTERS_PROTO_WIRE_H_
#define WAYBILL_EXPORTERS_PROTO_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "waybill/recorder/packed.h"

namespace waybill {

enum class WireType : uint8_t {
  kVarint = 0,
  kFixed64 = 1,
  kBytes = 2,
  kFixed32 = 5,
};

inline constexpr size_t kMaxVarintBytes = 10;

inline size_t VarintSize(uint64_t value) {
  // The highest bit's place, in sevens, rounded up.
  return value < 0x80
             ? 1
             : (static_cast<size_t>(63 - __builtin_clzll(value)) * 9 + 73) / 64;
}

inline char* PutVarint(uint64_t value, char* out) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

inline char* PutTag(uint32_t field, WireType type, char* out) {
  return PutVarint(field << 3 | static_cast<uint32_t>(type), out);
}

// The number whose bytes in memory are value's, least significant first.
inline uint64_t LittleEndian(uint64_t value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return value;
#else
  return __builtin_bswap64(value);
#endif
}
// The same, most significant first.
inline uint64_t BigEndian(uint64_t value) {
  return __builtin_bswap64(LittleEndian(value));
}

// The lowest Size bytes of value, least significant first.
template <size_t Size>
char* PutLowBytes(uint64_t value, char* out) {
  value = LittleEndian(value);
  memcpy(out, &value, Size);
  return out + Size;
}

// Fields with their tags.
inline char* PutBytes(uint32_t field, absl::string_view bytes, char* out) {
  out = PutTag(field, WireType::kBytes, out);
  out = PutVarint(bytes.size(), out);
  return CopyShort(out, bytes.data(), bytes.size());
}
inline char* PutUint(uint32_t field, uint64_t value, char* out) {
  out = PutTag(field, WireType::kVarint, out);
  return PutVarint(value, out);
}
inline char* PutFixed32(uint32_t field, uint32_t value, char* out) {
  return PutLowBytes<4>(value, PutTag(field, WireType::kFixed32, out));
}
inline char* PutFixed64(uint32_t field, uint64_t value, char* out) {
  return PutLowBytes<8>(value, PutTag(field, WireType::kFixed64, out));
}

// For a message whose size is known when it has been written: gap bytes were
// left at length, and the message follows them up to end. Where the size takes
// another number of bytes than that, the message moves. Returns its new end,
// which is at most 4 bytes past the old one.
inline char* CloseLength(char* length, size_t gap, char* end) {
  const size_t size = static_cast<size_t>(end - length) - gap;
  const size_t wanted = VarintSize(size);
  if (wanted != gap) memmove(length + wanted, length + gap, size);
  PutVarint(size, length);
  return length + wanted + size;
}

class ProtoReader {
 public:
  explicit ProtoReader(absl::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  // False at the end, and at the first thing that cannot be read.
  bool Next();
  bool ok() const { return ok_; }

  uint32_t field() const { return field_; }
  WireType type() const { return type_; }
  // For the types that are numbers; 0 for bytes.
  uint64_t number() const { return number_; }
  // Empty for numbers.
  absl::string_view bytes() const { return bytes_; }

 private:
  bool ReadVarint(uint64_t* value);
  bool ReadFixed(size_t size, uint64_t* value);
  bool ReadValue();

  const char* at_;
  const char* end_;
  bool ok_ = true;
  uint32_t field_ = 0;
  WireType type_ = WireType::kVarint;
  uint64_t number_ = 0;
  absl::string_view bytes_;
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_PROTO_WIRE_H_
