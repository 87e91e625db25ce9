// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/untraced_call.h"

#include <grpcpp/client_context.h>

namespace waybill {
namespace {

// More zeroes than OpenCensus' own object, a span and a map of tags, has bytes.
alignas(64) char untraced_mark[256];

census_context* Mark() {
  return reinterpret_cast<census_context*>(untraced_mark);
}

}  // namespace

void MarkUntraced(grpc::ClientContext* context) {
  context->set_census_context(Mark());
}

bool IsUntraced(const grpc::ClientContext& context) {
  return context.census_context() == Mark();
}

}  // namespace waybill
