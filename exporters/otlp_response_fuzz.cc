// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include <memory>

#include "absl/strings/string_view.h"
#include "waybill/exporters/otlp_response.h"
#include "waybill/tools/fuzz_target.h"

using waybill::FuzzRequire;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);

  const waybill::PartialSuccess answer = waybill::ParseExportResponse(input);
  FuzzRequire(answer.rejected_spans >= 0, "a count is never negative", input);
  const absl::string_view message = answer.error_message;
  FuzzRequire(message.empty() || (message.data() >= input.data() &&
                                  message.data() + message.size() <=
                                      input.data() + input.size()),
              "the message is a part of the response", input);

  FuzzRequire(waybill::ParseRetryDelay(input).value_or(absl::ZeroDuration()) >=
                  absl::ZeroDuration(),
              "a delay is never negative", input);
  return 0;
}
