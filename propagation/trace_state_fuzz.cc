// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "waybill/propagation/trace_state.h"
#include "waybill/tools/fuzz_target.h"

using waybill::FuzzRequire;
using waybill::TraceState;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  bool ok = false;
  const TraceState state = TraceState::Parse(input, &ok);
  FuzzRequire(ok || state.empty(), "a state that is not ok is empty", input);

  bool again_ok = false;
  const TraceState again = TraceState::Parse(state.ToString(), &again_ok);
  FuzzRequire(again_ok && again == state, "what is written is read back",
              input);

  size_t members = 0;
  TraceState rest = state;
  while (!rest.empty()) {
    const absl::string_view key = *absl::StrSplit(rest.ToString(), '=').begin();
    FuzzRequire(!rest.Get(key).empty(), "each member is found", input);
    const TraceState updated = rest.Set(key, "new");
    FuzzRequire(
        updated.Get(key) == "new" && updated.Delete(key) == rest.Delete(key),
        "an update touches its own member only", input);
    rest = rest.Delete(key);
    ++members;
  }
  FuzzRequire(members <= TraceState::kMaxMembers, "the limit holds", input);
  return 0;
}
