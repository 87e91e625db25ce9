// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What every fuzzer defines, and how it states the property that must hold.
//
//   int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
//     absl::string_view input(reinterpret_cast<const char*>(data), size);
//     Thing thing = Parse(input);
//     waybill::FuzzRequire(Parse(thing.ToString()) == thing,
//                          "what is written is read back", input);
//     return 0;
//   }
//
// waybill_cc_fuzz_test() builds it in two ways: see tools/build_defs.bzl.
#ifndef WAYBILL_TOOLS_FUZZ_TARGET_H_
#define WAYBILL_TOOLS_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace waybill {

// Prints the property and the input, and aborts, where holds is false.
inline void FuzzRequire(bool holds, absl::string_view property,
                        absl::string_view input) {
  if (holds) return;
  std::cerr << "Does not hold: " << property << "\nInput: \""
            << absl::CHexEscape(input) << "\"\n";
  std::abort();
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_FUZZ_TARGET_H_
