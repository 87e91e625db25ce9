// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the application itself wants to travel with a request: names and values
// that every later service can read, such as a tenant or an experiment.
//
// Source: W3C Baggage, section 3 (baggage header), and OpenTelemetry's Baggage
// API: values are any UTF-8 text here and are percent-encoded on the wire.
//
//   auto baggage = waybill::Baggage::Parse("tenant=acme,tier=gold");
//   baggage.Get("tenant");                      // "acme"
//   baggage = baggage.Set("region", "eu west");
//   baggage.ToString();         // "tenant=acme,tier=gold,region=eu%20west"
//
// An immutable value, shared by copies: copying costs one reference count, and
// nothing where it is empty. It may be used from any thread.
//
// Baggage is not authenticated and goes to every service that is called, third
// parties included: put no secret in it and trust nothing that it says.
//
// Limits, from the specification: 64 members and 8,192 bytes on the wire.
// Parse() keeps the members that fit, in order, skips each that breaks the
// grammar, and says in *ok whether it kept them all. Set() puts its member at
// the end; past a limit, or with a key that is not a token, a value that is not
// UTF-8 or metadata outside the grammar, it changes nothing.
//
// A header may hold a key twice, and both are handed on: Get() answers with the
// last, Set() and Delete() take out all of them.
#ifndef WAYBILL_PROPAGATION_BAGGAGE_H_
#define WAYBILL_PROPAGATION_BAGGAGE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace waybill {

class Baggage {
 public:
  static constexpr size_t kMaxMembers = 64;
  static constexpr size_t kMaxBytes = 8192;

  struct Member {
    std::string key;
    std::string value;     // decoded
    std::string metadata;  // the properties after the first ";", as they came
  };

  Baggage() = default;

  static Baggage Parse(absl::string_view header, bool* ok = nullptr);

  bool empty() const { return members_ == nullptr; }
  absl::Span<const Member> members() const;
  absl::optional<absl::string_view> Get(absl::string_view key) const;
  Baggage Set(absl::string_view key, absl::string_view value,
              absl::string_view metadata = {}) const;
  Baggage Delete(absl::string_view key) const;

  // A header's value, percent-encoded; empty where there are no members.
  std::string ToString() const;

 private:
  explicit Baggage(std::vector<Member> members);

  std::shared_ptr<const std::vector<Member>> members_;  // null where empty
};

}  // namespace waybill

#endif  // WAYBILL_PROPAGATION_BAGGAGE_H_
