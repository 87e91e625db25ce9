// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// In a binary of its own, because it counts what operator new is asked for.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "waybill/exporters/otlp_encoder.h"
#include "waybill/exporters/span_batch_for_test.h"

namespace {
std::atomic<int> allocations{0};
}  // namespace

void* operator new(size_t size) {
  ++allocations;
  void* const memory = malloc(size);
  if (memory == nullptr) abort();
  return memory;
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }

namespace waybill {
namespace {

TEST(OtlpEncoderAllocationTest, AllocatesNothingOnceItHasSeenSuchABatch) {
  static const SpanTemplate& span_template = *MakeSpanTemplate(
      "pkg.S/Method", SpanKind::kServer, {{"rpc.method", "pkg.S/Method"}});
  WithSpanBatch(
      [&](Tracer& tracer) {
        for (int i = 0; i < 200; ++i) {
          Span span = tracer.StartSpan(span_template, SpanContext());
          span.SetAttribute("text", "a text of some length");
          span.SetAttribute("utf8", "caf\xc3\xa9");
          span.SetAttribute("number", i);
          span.AddEvent("event", {{"key", "value"}});
          span.AddLink(span.context());
          span.SetError("description");
          tracer.StartSpan("named").End();
        }
      },
      [](const SpanBatch& batch) {
        OtlpEncoder encoder;
        size_t bytes = 0;
        const auto encode = [&] {
          const int before = allocations;
          encoder.Encode(batch, [&](absl::string_view request, size_t) {
            bytes = request.size();
          });
          return allocations - before;
        };
        EXPECT_GT(encode(), 0) << "the counter counts nothing";
        EXPECT_EQ(encode(), 0);
        EXPECT_GT(bytes, 400u * 50);
      });
}

}  // namespace
}  // namespace waybill
