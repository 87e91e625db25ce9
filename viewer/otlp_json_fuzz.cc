// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "absl/strings/string_view.h"
#include "waybill/tools/fuzz_target.h"
#include "waybill/viewer/otlp_json.h"

using waybill::FuzzRequire;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const waybill::OtlpJsonLines lines = waybill::ReadOtlpJsonLines(input);
  const std::string written = waybill::WriteOtlpJson(lines.data);
  FuzzRequire(written.find('\n') == std::string::npos,
              "what is written is one line", input);
  const auto again = waybill::ReadOtlpJson(written);
  FuzzRequire(again.ok(), "what is written can be read", input);
  FuzzRequire(waybill::WriteOtlpJson(*again) == written,
              "and is the same when it is written again", input);
  return 0;
}
