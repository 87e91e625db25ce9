// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/server_call.h"

#include <grpc/census.h>
#include <grpc/grpc.h>
#include <gtest/gtest.h>

namespace waybill {
namespace {

// A call to hang things on, which goes nowhere.
class ServerCallTest : public ::testing::Test {
 protected:
  ServerCallTest() {
    grpc_init();
    channel_ = grpc_lame_client_channel_create(
        "nowhere", GRPC_STATUS_UNAVAILABLE, "a test");
    queue_ = grpc_completion_queue_create_for_next(nullptr);
    call_ = grpc_channel_create_call(
        channel_, nullptr, GRPC_PROPAGATE_DEFAULTS, queue_,
        grpc_slice_from_static_string("/s.S/M"), nullptr,
        gpr_inf_future(GPR_CLOCK_REALTIME), nullptr);
  }
  ~ServerCallTest() override {
    grpc_call_unref(call_);
    grpc_completion_queue_destroy(queue_);
    grpc_channel_destroy(channel_);
    grpc_shutdown();
  }

  grpc_channel* channel_;
  grpc_completion_queue* queue_;
  grpc_call* call_;
};

// Another tracer's, long enough to be looked at.
struct Foreign {
  uint64_t something = 42;
};

TEST_F(ServerCallTest, IsFoundByItsCall) {
  ServerCall ours;
  ours.AttachTo(call_);
  EXPECT_EQ(ServerCall::Of(call_), &ours);
}

TEST_F(ServerCallTest, IsNotFoundWhereThereIsNone) {
  EXPECT_EQ(ServerCall::Of(call_), nullptr);
  EXPECT_EQ(ServerCall::Of(nullptr), nullptr);
}

TEST_F(ServerCallTest, LeavesAnotherTracersInItsPlace) {
  Foreign foreign;
  auto* context = reinterpret_cast<census_context*>(&foreign);
  grpc_census_call_set_context(call_, context);
  EXPECT_EQ(ServerCall::Of(call_), nullptr);
  ServerCall ours;
  ours.AttachTo(call_);
  EXPECT_EQ(ServerCall::Of(call_), nullptr);
  EXPECT_EQ(grpc_census_call_get_context(call_), context);
}

TEST_F(ServerCallTest, AttachesToNothingWithoutACall) {
  ServerCall ours;
  ours.AttachTo(nullptr);
  EXPECT_EQ(ServerCall::Of(call_), nullptr);
}

// Of a call that is not traced, or that has not come yet.
TEST(ServerSpanTest, RecordsNothingWithoutACall) {
  grpc::ServerContext context;
  const SpanRef span = ServerSpan(context);
  EXPECT_FALSE(span.IsRecording());
  EXPECT_FALSE(span.context().IsValid());
  span.SetAttribute("cart.items", 3);
}

}  // namespace
}  // namespace waybill
