// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/w3c_trace_context.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/propagation/hex.h"
#include "waybill/propagation/ids.h"
#include "waybill/propagation/ows.h"
#include "waybill/propagation/trace_state.h"

namespace waybill {
namespace {

constexpr absl::string_view kTraceparent = "traceparent";
constexpr absl::string_view kTracestate = "tracestate";

constexpr uint8_t kKnownFlags = kSampledFlag | kRandomFlag;

// Where each field begins.
constexpr size_t kVersionAt = 0;
constexpr size_t kTraceIdAt = 3;
constexpr size_t kParentIdAt = kTraceIdAt + TraceId::kHexChars + 1;
constexpr size_t kFlagsAt = kParentIdAt + SpanId::kHexChars + 1;
static_assert(kFlagsAt + 2 == kTraceparentChars, "the fields fill the header");

TraceState ExtractTraceState(const CarrierReader& carrier,
                             ExtractCounts* counts) {
  std::string joined;
  carrier.Get(kTracestate, [&joined](absl::string_view untrusted) {
    absl::StrAppend(&joined, joined.empty() ? "" : ",", untrusted);
  });
  if (joined.empty()) return TraceState();
  bool ok = true;
  TraceState state = TraceState::Parse(joined, &ok);
  if (!ok && counts != nullptr) ++counts->invalid_trace_state;
  return state;
}

}  // namespace

void WriteTraceparent(const SpanContext& context, char out[kTraceparentChars]) {
  out[kVersionAt] = '0';
  out[kVersionAt + 1] = '0';
  out[kTraceIdAt - 1] = '-';
  context.trace_id().WriteHex(out + kTraceIdAt);
  out[kParentIdAt - 1] = '-';
  context.span_id().WriteHex(out + kParentIdAt);
  out[kFlagsAt - 1] = '-';
  WriteHex(context.trace_flags() & kKnownFlags, 2, out + kFlagsAt);
}

SpanContext ParseTraceparent(absl::string_view untrusted) {
  const absl::string_view text = TrimOws(untrusted);
  if (text.size() < kTraceparentChars || text[kTraceIdAt - 1] != '-' ||
      text[kParentIdAt - 1] != '-' || text[kFlagsAt - 1] != '-') {
    return SpanContext();
  }
  uint64_t version = 0;
  uint64_t flags = 0;
  if (!ParseHex(text.substr(kVersionAt, 2), &version) || version == 0xff ||
      !ParseHex(text.substr(kFlagsAt, 2), &flags)) {
    return SpanContext();
  }
  if (text.size() > kTraceparentChars &&
      (version == 0 || text[kTraceparentChars] != '-')) {
    return SpanContext();
  }
  const TraceId trace_id =
      TraceId::FromHex(text.substr(kTraceIdAt, TraceId::kHexChars));
  const SpanId parent_id =
      SpanId::FromHex(text.substr(kParentIdAt, SpanId::kHexChars));
  if (!trace_id.IsValid() || !parent_id.IsValid()) return SpanContext();
  return SpanContext(trace_id, parent_id, flags & kKnownFlags,
                     /*is_remote=*/true);
}

void W3cTraceContextPropagator::Inject(const Context& context,
                                       CarrierWriter& carrier) const {
  if (!context.span_context.IsValid()) return;
  char traceparent[kTraceparentChars];
  WriteTraceparent(context.span_context, traceparent);
  carrier.Set(kTraceparent, absl::string_view(traceparent, kTraceparentChars));
  const TraceState& state = context.span_context.trace_state();
  if (!state.empty()) carrier.Set(kTracestate, state.ToString());
}

void W3cTraceContextPropagator::Extract(const CarrierReader& carrier,
                                        Context* context,
                                        ExtractCounts* counts) const {
  SpanContext parent;
  int headers = 0;
  carrier.Get(kTraceparent, [&](absl::string_view untrusted) {
    // Of two callers, neither is more likely to be the right one.
    parent = headers++ == 0 ? ParseTraceparent(untrusted) : SpanContext();
  });
  if (headers == 0) return;
  if (!parent.IsValid()) {
    if (counts != nullptr) ++counts->invalid_trace_context;
    return;
  }
  context->span_context =
      SpanContext(parent.trace_id(), parent.span_id(), parent.trace_flags(),
                  parent.IsRemote(), ExtractTraceState(carrier, counts));
}

std::vector<std::string> W3cTraceContextPropagator::Fields() const {
  return {std::string(kTraceparent), std::string(kTracestate)};
}

}  // namespace waybill
