// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// otlp_grpc_exporter_test has the other half: what an interceptor factory sees
// of a real call.

#include "waybill/exporters/untraced_call.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

namespace waybill {
namespace {

TEST(UntracedCallTest, TellsTheMarkedCallFromOthers) {
  grpc::ClientContext plain;
  EXPECT_FALSE(IsUntraced(plain));

  grpc::ClientContext marked;
  MarkUntraced(&marked);
  EXPECT_TRUE(IsUntraced(marked));
  EXPECT_FALSE(IsUntraced(plain));
}

TEST(UntracedCallTest, LeavesSomebodyElsesCensusContextAlone) {
  int theirs = 0;
  grpc::ClientContext context;
  context.set_census_context(reinterpret_cast<census_context*>(&theirs));
  EXPECT_FALSE(IsUntraced(context));
}

}  // namespace
}  // namespace waybill
