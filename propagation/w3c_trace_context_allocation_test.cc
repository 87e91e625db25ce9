// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Tracing's part of a request must not go to the heap for the usual case, a
// traceparent alone. This file counts every allocation of its process.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "waybill/propagation/carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"
#include "waybill/propagation/w3c_trace_context.h"

namespace {

size_t allocations = 0;

}  // namespace

void* operator new(size_t bytes) {
  ++allocations;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace waybill {
namespace {

// An envelope that needs no heap of its own, with room for a traceparent.
class OneHeader : public CarrierReader, public CarrierWriter {
 public:
  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    if (key == "traceparent") visit(absl::string_view(value_, size_));
  }

  void Set(absl::string_view key, absl::string_view value) override {
    ASSERT_EQ(key, "traceparent");
    ASSERT_LE(value.size(), sizeof(value_));
    std::memcpy(value_, value.data(), value.size());
    size_ = value.size();
  }

 private:
  char value_[64];
  size_t size_ = 0;
};

TEST(W3cTraceContextAllocationTest, NeitherDirectionAllocatesForATraceparent) {
  W3cTraceContextPropagator propagator;
  const Context sent{SpanContext(TraceId(1, 2), SpanId(3), kSampledFlag), {}};
  Context received;
  ExtractCounts counts;
  OneHeader header;

  const size_t before = allocations;
  propagator.Inject(sent, header);
  propagator.Extract(header, &received, &counts);
  const size_t after = allocations;

  EXPECT_EQ(after - before, 0u);
  EXPECT_EQ(received.span_context.trace_id(), TraceId(1, 2));
  EXPECT_TRUE(received.span_context.IsRemote());
}

TEST(W3cTraceContextAllocationTest, TheCounterSeesAllocations) {
  const size_t before = allocations;
  const TraceState state = TraceState::Parse("foo=1");
  EXPECT_GT(allocations, before);
  EXPECT_FALSE(state.empty());
}

}  // namespace
}  // namespace waybill
