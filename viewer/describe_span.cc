// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/describe_span.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "waybill/viewer/format.h"
#include "waybill/viewer/outcome.h"
#include "waybill/viewer/trace_lines.h"

namespace waybill {
namespace {

// Whether message says more than the code, which "Deadline Exceeded" does not.
bool SaysMore(absl::string_view message, absl::string_view code) {
  const auto letters = [](absl::string_view text) {
    std::string kept;
    for (char c : text) {
      if (absl::ascii_isalnum(c)) kept.push_back(absl::ascii_tolower(c));
    }
    return kept;
  };
  return !message.empty() && letters(message) != letters(code);
}

}  // namespace

std::string DescribeSpan(const ViewSpan& span) {
  if (span.kind == ViewKind::kServer || !RpcCode(span).empty()) {
    return span.name;
  }
  return absl::StrCat(span.name, " in ", span.service);
}

Call CallOf(const TraceTree& tree, size_t node) {
  if (tree.SpanOf(node).kind == ViewKind::kClient) {
    return {node, ServerHalf(tree, node)};
  }
  const size_t parent = tree.nodes[node].parent;
  const bool is_half = tree.SpanOf(node).kind == ViewKind::kServer &&
                       parent != kNone &&
                       tree.SpanOf(parent).kind == ViewKind::kClient;
  return {is_half ? parent : kNone, node};
}

std::string MessageOf(const TraceTree& tree, size_t node) {
  const Call call = CallOf(tree, node);
  std::string message = FailureMessage(tree.SpanOf(node));
  for (size_t half : {call.client, call.server}) {
    if (message.empty() && half != kNone) {
      message = FailureMessage(tree.SpanOf(half));
    }
  }
  return SaysMore(message, StatusText(tree.SpanOf(node))) ? message
                                                          : std::string();
}

std::string DescribeFailure(const TraceTree& tree, size_t node) {
  const Call call = CallOf(tree, node);
  const ViewSpan& span = tree.SpanOf(node);
  const bool has_caller = call.client != kNone && !RpcCode(span).empty();
  const size_t outer = has_caller ? call.client : node;
  const std::string status = StatusText(tree.SpanOf(outer));
  std::string text =
      has_caller ? absl::StrCat(tree.SpanOf(outer).service, " → ", span.name)
                 : DescribeSpan(span);
  absl::StrAppend(&text, ": ", status);
  if (status == "DEADLINE_EXCEEDED" || status == "CANCELLED") {
    absl::StrAppend(&text, " after ", FormatDuration(tree.DurationOf(outer)));
  }
  const std::string message = MessageOf(tree, node);
  if (!message.empty()) absl::StrAppend(&text, ": ", message);
  return text;
}

}  // namespace waybill
