// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The seam between trace context and the envelope that it travels in: gRPC
// metadata, HTTP headers, a message's properties. A propagator reads and
// writes through these two and never learns which one it was.
//
//   class HeaderReader : public waybill::CarrierReader {
//     void Get(
//         absl::string_view key,
//         absl::FunctionRef<void(absl::string_view)> visit) const override {
//       for (const auto& header : headers_) {
//         if (header.name == key) visit(header.value);
//       }
//     }
//   };
//
// For a map of strings there is one ready: map_carrier.h. Keys are lower case.
// Where the envelope ignores case, the carrier must, too.
//
// An implementation is used by one thread at a time, during one Extract() or
// Inject() call, and may refer to the caller's data.
#ifndef WAYBILL_PROPAGATION_CARRIER_H_
#define WAYBILL_PROPAGATION_CARRIER_H_

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace waybill {

class CarrierReader {
 public:
  virtual ~CarrierReader() = default;

  // Calls visit with each value of key, in the order in which they came.
  // Everything that comes from here is untrusted.
  virtual void Get(absl::string_view key,
                   absl::FunctionRef<void(absl::string_view)> visit) const = 0;
};

class CarrierWriter {
 public:
  virtual ~CarrierWriter() = default;

  // Makes value the only value of key.
  virtual void Set(absl::string_view key, absl::string_view value) = 0;
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_CARRIER_H_
