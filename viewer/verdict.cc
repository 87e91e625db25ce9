// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/verdict.h"

#include "waybill/viewer/outcome.h"

namespace waybill {

Verdict JudgeTrace(const TraceTree& tree, const CriticalPath& path) {
  if (tree.main_root == kNone) {
    Verdict verdict;
    verdict.text = "no spans";
    return verdict;
  }
  return WentWrong(tree.SpanOf(tree.main_root)) ? JudgeFailure(tree)
                                                : JudgeTime(tree, path);
}

const char* VerdictName(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::kOk:
      return "OK";
    case VerdictKind::kDeclined:
      return "DECLINED";
    case VerdictKind::kFailed:
      return "FAILED";
  }
  return "OK";
}

}  // namespace waybill
