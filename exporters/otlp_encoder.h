// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Batches of spans as OTLP's ExportTraceServiceRequest messages, in protobuf's
// binary form, straight from the recorder's memory.
//
// Source: opentelemetry-proto, collector/trace/v1/trace_service.proto and
// trace/v1/trace.proto.
//
//   waybill::OtlpEncoder encoder;
//   uint64_t too_large = encoder.Encode(
//       batch, [&](absl::string_view request, size_t spans) { ... });
//
// A request looks like this; its front is written last, backwards from the
// first span, when the lengths are known:
//
//   | room, for the front | front: resource, scope | span | span | ...
//
// The resource and what a SpanTemplate says are encoded once and kept, so one
// encoder is for one process's spans: the first batch's resource is used for
// all. Text that is not UTF-8 is repaired, since receivers refuse a whole
// request for it. Spans that were lost are told of as attributes of the scope
// (scope.h).
//
// Limits: no request is larger than max_request_bytes; a batch becomes as many
// as it takes. A span that does not fit into one by itself is left out, alone.
//
// Cost: no allocation once its buffer has the size of a batch, and some 100
// instructions an attribute. Not thread-safe.
#ifndef WAYBILL_EXPORTERS_OTLP_ENCODER_H_
#define WAYBILL_EXPORTERS_OTLP_ENCODER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "waybill/exporters/otlp_attribute.h"
#include "waybill/recorder/span_exporter.h"

namespace waybill {

class OtlpEncoder {
 public:
  // gRPC servers accept messages of 4 MiB by default. The difference is for
  // proxies that count a frame's header as well.
  static constexpr size_t kDefaultMaxRequestBytes = 4 * 1024 * 1024 - 1024;

  explicit OtlpEncoder(size_t max_request_bytes = kDefaultMaxRequestBytes)
      : max_request_bytes_(max_request_bytes) {}
  OtlpEncoder(const OtlpEncoder&) = delete;
  OtlpEncoder& operator=(const OtlpEncoder&) = delete;

  // A request's bytes, valid during the call, and how many spans are in it.
  using Send = absl::FunctionRef<void(absl::string_view request, size_t spans)>;

  // Returns how many spans were too large. Calls send once or more; not at all
  // where no span is left.
  uint64_t Encode(const SpanBatch& batch, Send send);

 private:
  struct EncodedTemplate {
    std::string attributes;
    std::string name;
  };

  void PrepareFront(const SpanBatch& batch);
  void EncodeResource(const Resource& resource);
  void EncodeScope(const RecorderCounts& counts);
  const EncodedTemplate& TemplateOf(const SpanTemplate& span_template);
  void Reserve(size_t bytes);
  void SendSpans(size_t spans, Send send);

  char* PutSpan(const SpanView& span, const EncodedTemplate* shared, char* out);
  char* PutEntries(const SpanView& span, const EncodedTemplate* shared,
                   char* out);
  char* PutEvent(const Entry& entry, const ClockAnchor& anchor, char* out);
  char* PutLink(const Entry& entry, char* out);
  char* PutStatus(StatusCode code, absl::string_view message, char* out);

  const size_t max_request_bytes_;
  OtlpAttributeWriter attributes_;

  // Fields with their tags and lengths.
  std::string resource_;
  std::string scope_;
  // By SpanTemplate::id; null for those not seen yet.
  std::vector<std::unique_ptr<const EncodedTemplate>> templates_;

  std::unique_ptr<char[]> buffer_;
  size_t capacity_ = 0;
  size_t front_ = 0;  // where the first span goes
  size_t size_ = 0;   // where the next span goes
};

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_OTLP_ENCODER_H_
