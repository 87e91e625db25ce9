// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Marks an exporter's own calls, so that interceptors leave them alone
// whatever thread they run on and whichever hooks are installed: a traced
// export would make a span, whose export would make a span, for ever.
//
//   grpc::ClientContext context;
//   waybill::MarkUntraced(&context);
//   stub->Export(&context, request, &response);
//
//   // What tracing/ gives the interceptors to ask of each call:
//   if (waybill::IsUntraced(*info->client_context())) return nullptr;
//
// The mark is the context's census pointer, set to an address of our own. It
// belongs to the one call, costs nothing to look at, and sends no byte. gRPC
// hands the pointer on and never looks behind it, nor frees it; OpenCensus'
// plugin, where a program has it, does look, and finds zeroes, which it takes
// for no span. A thread-local flag would not do: it says nothing once a call's
// interceptors are made on another thread.
//
// Thread-safe.
#ifndef WAYBILL_EXPORTERS_UNTRACED_CALL_H_
#define WAYBILL_EXPORTERS_UNTRACED_CALL_H_

namespace grpc {
class ClientContext;
}  // namespace grpc

namespace waybill {

// Before the call starts.
void MarkUntraced(grpc::ClientContext* context);

bool IsUntraced(const grpc::ClientContext& context);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_UNTRACED_CALL_H_
