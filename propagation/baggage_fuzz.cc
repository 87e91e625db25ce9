// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"
#include "waybill/propagation/baggage.h"
#include "waybill/tools/fuzz_target.h"

using waybill::Baggage;
using waybill::FuzzRequire;

namespace {

bool SameMembers(const Baggage& a, const Baggage& b) {
  return std::equal(a.members().begin(), a.members().end(), b.members().begin(),
                    b.members().end(),
                    [](const Baggage::Member& x, const Baggage::Member& y) {
                      return x.key == y.key && x.value == y.value &&
                             x.metadata == y.metadata;
                    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const Baggage baggage = Baggage::Parse(input);
  const std::string wire = baggage.ToString();
  FuzzRequire(baggage.members().size() <= Baggage::kMaxMembers &&
                  wire.size() <= Baggage::kMaxBytes,
              "the limits hold", input);
  FuzzRequire(
      std::all_of(wire.begin(), wire.end(),
                  [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); }),
      "what is written is fit for a header", input);

  bool ok = false;
  const Baggage again = Baggage::Parse(wire, &ok);
  FuzzRequire(ok && SameMembers(again, baggage), "what is written is read back",
              input);

  // Any text may be a value.
  const Baggage set = Baggage().Set("key", input, "property");
  if (!set.empty()) {
    FuzzRequire(SameMembers(Baggage::Parse(set.ToString()), set),
                "what is set is read back", input);
  }
  return 0;
}
