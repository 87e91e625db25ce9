// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_encoder.h"

#include <algorithm>

#include "waybill/exporters/proto_wire.h"
#include "waybill/exporters/scope.h"

namespace waybill {
namespace {

// Flags of spans beside W3C's eight: the parent's place is known, and the
// parent is in another process.
constexpr uint32_t kHasIsRemote = 0x100;
constexpr uint32_t kIsRemote = 0x200;

// A span's length is mostly two bytes; that of an event or a link, one.
constexpr size_t kSpanGap = 2;

// At least what a span has beside its entries, its template and its trace
// state: ids, times, flags, counts, kind, status and all of their tags.
constexpr size_t kMaxSpanFixedBytes = 192;

// Tag and length of ResourceSpans and of ScopeSpans.
constexpr size_t kMaxFrontLengths = 2 * (1 + kMaxVarintBytes);

// A field that is a message, from the bytes in message.
void WrapField(uint32_t field, absl::string_view message, std::string* out) {
  out->resize(1 + kMaxVarintBytes + message.size());
  out->resize(PutBytes(field, message, &(*out)[0]) - out->data());
}

char* PutTraceId(uint32_t field, const TraceId& id, char* out) {
  out = PutTag(field, WireType::kBytes, out);
  *out++ = TraceId::kBytes;
  const uint64_t words[] = {BigEndian(id.high()), BigEndian(id.low())};
  memcpy(out, words, sizeof(words));
  return out + sizeof(words);
}

char* PutSpanId(uint32_t field, SpanId id, char* out) {
  out = PutTag(field, WireType::kBytes, out);
  *out++ = SpanId::kBytes;
  const uint64_t word = BigEndian(id.value());
  memcpy(out, &word, sizeof(word));
  return out + sizeof(word);
}

char* PutCount(uint32_t field, uint32_t count, char* out) {
  return count == 0 ? out : PutUint(field, count, out);
}

}  // namespace

uint64_t OtlpEncoder::Encode(const SpanBatch& batch, Send send) {
  PrepareFront(batch);
  uint64_t too_large = 0;
  size_t spans = 0;
  for (const SpanView& span : batch.spans) {
    // Nothing shrinks to less than half; so the buffer stays within limits.
    if (span.content_bytes() / 2 > max_request_bytes_) {
      ++too_large;
      continue;
    }
    const EncodedTemplate* shared = span.span_template() == nullptr
                                        ? nullptr
                                        : &TemplateOf(*span.span_template());
    Reserve(
        kMaxSpanFixedBytes +
        OtlpAttributeWriter::MaxBytes(span.content_bytes()) +
        OtlpAttributeWriter::MaxBytes(span.trace_state().ToString().size()) +
        (shared == nullptr ? 0
                           : shared->attributes.size() + shared->name.size()));
    char* const start = &buffer_[size_];
    size_t bytes = static_cast<size_t>(PutSpan(span, shared, start) - start);
    if (size_ + bytes > max_request_bytes_) {
      SendSpans(spans, send);
      spans = 0;
      memmove(&buffer_[front_], &buffer_[size_], bytes);
      size_ = front_;
      if (size_ + bytes > max_request_bytes_) {
        ++too_large;
        continue;
      }
    }
    size_ += bytes;
    ++spans;
  }
  SendSpans(spans, send);
  return too_large;
}

void OtlpEncoder::PrepareFront(const SpanBatch& batch) {
  if (resource_.empty()) EncodeResource(batch.resource);
  EncodeScope(batch.counts);
  front_ = kMaxFrontLengths + resource_.size() + scope_.size();
  size_ = 0;
  Reserve(front_);
  size_ = front_;
}

void OtlpEncoder::EncodeResource(const Resource& resource) {
  std::string message;
  std::string attribute;
  for (const auto& [key, value] : resource.attributes) {
    attribute.resize(OtlpAttributeWriter::MaxBytes(sizeof(EntryHeader) +
                                                   key.size() + value.size()));
    char* const end = attributes_.PutString(1, key, value, &attribute[0]);
    message.append(attribute.data(), end);
  }
  WrapField(1, message, &resource_);
}

void OtlpEncoder::EncodeScope(const RecorderCounts& counts) {
  char message[512];
  char* out = PutBytes(1, kScopeName, message);
  out = PutBytes(2, kScopeVersion, out);
  ForEachLoss(counts, [&](absl::string_view key, uint64_t spans) {
    out = attributes_.PutInt(3, key, spans, out);
  });
  WrapField(1, absl::string_view(message, out - message), &scope_);
}

const OtlpEncoder::EncodedTemplate& OtlpEncoder::TemplateOf(
    const SpanTemplate& span_template) {
  const uint32_t id = span_template.id;
  if (id >= templates_.size()) templates_.resize(id + 1);
  if (templates_[id] == nullptr) {
    auto made = std::make_unique<EncodedTemplate>();
    const absl::string_view packed = span_template.packed_attributes;
    made->attributes.resize(OtlpAttributeWriter::MaxBytes(packed.size()));
    char* const attributes = &made->attributes[0];
    made->attributes.resize(attributes_.PutAll(9, packed, attributes) -
                            attributes);
    made->name.resize(OtlpAttributeWriter::MaxBytes(sizeof(EntryHeader) +
                                                    span_template.name.size()));
    char* const name = &made->name[0];
    made->name.resize(attributes_.PutText(5, span_template.name, name) - name);
    templates_[id] = std::move(made);
  }
  return *templates_[id];
}

// Room for bytes more, past size_.
void OtlpEncoder::Reserve(size_t bytes) {
  if (capacity_ - size_ >= bytes) return;
  const size_t capacity = std::max(size_ + bytes, capacity_ * 2);
  std::unique_ptr<char[]> grown(new char[capacity]);
  if (size_ > 0) memcpy(grown.get(), buffer_.get(), size_);
  buffer_ = std::move(grown);
  capacity_ = capacity;
}

// The spans from front_ to size_, as a request.
void OtlpEncoder::SendSpans(size_t spans, Send send) {
  if (spans == 0) return;
  const size_t scope_spans = scope_.size() + (size_ - front_);
  const size_t resource_spans =
      resource_.size() + 1 + VarintSize(scope_spans) + scope_spans;
  const size_t request = 1 + VarintSize(resource_spans) + resource_spans;
  char* const start = &buffer_[size_ - request];
  char* out = PutTag(1, WireType::kBytes, start);
  out = PutVarint(resource_spans, out);
  memcpy(out, resource_.data(), resource_.size());
  out = PutTag(2, WireType::kBytes, out + resource_.size());
  out = PutVarint(scope_spans, out);
  memcpy(out, scope_.data(), scope_.size());
  send(absl::string_view(start, request), spans);
}

char* OtlpEncoder::PutSpan(const SpanView& span, const EncodedTemplate* shared,
                           char* out) {
  out = PutTag(2, WireType::kBytes, out);
  char* const length = out;
  out += kSpanGap;
  out = PutTraceId(1, span.trace_id(), out);
  out = PutSpanId(2, span.span_id(), out);
  out = attributes_.PutText(3, span.trace_state().ToString(), out);
  if (span.parent_span_id().IsValid()) {
    out = PutSpanId(4, span.parent_span_id(), out);
  }
  out = PutUint(6, static_cast<uint64_t>(span.kind()), out);
  out = PutFixed64(7, span.start_unix_nanos(), out);
  out = PutFixed64(8, span.end_unix_nanos(), out);
  out = PutFixed32(16,
                   span.trace_flags() | kHasIsRemote |
                       (span.parent_is_remote() ? kIsRemote : 0),
                   out);
  out = PutEntries(span, shared, out);
  out = PutCount(10, span.dropped_attributes(), out);
  out = PutCount(12, span.dropped_events(), out);
  out = PutCount(14, span.dropped_links(), out);
  return CloseLength(length, kSpanGap, out);
}

// Attributes, events, links, name and status.
char* OtlpEncoder::PutEntries(const SpanView& span,
                              const EncodedTemplate* shared, char* out) {
  if (shared != nullptr) {
    out = CopyShort(out, shared->attributes.data(), shared->attributes.size());
  }
  bool has_own_name = false;
  absl::string_view status_message;
  EntryReader reader = span.entries();
  Entry entry;
  while (attributes_.PutRun(9, &reader, &entry, &out)) {
    switch (entry.header.tag) {
      case EntryTag::kAttribute:
      case EntryTag::kInterned:
        break;
      case EntryTag::kEvent:
        out = PutEvent(entry, span.anchor(), out);
        break;
      case EntryTag::kLink:
        out = PutLink(entry, out);
        break;
      case EntryTag::kName:
        has_own_name = !entry.value.empty();
        out = attributes_.PutText(5, entry.value, out);
        break;
      case EntryTag::kStatus:
        status_message = entry.value;
        break;
    }
  }
  if (!has_own_name && shared != nullptr) {
    out = CopyShort(out, shared->name.data(), shared->name.size());
  }
  return span.status() == StatusCode::kUnset
             ? out
             : PutStatus(span.status(), status_message, out);
}

char* OtlpEncoder::PutEvent(const Entry& entry, const ClockAnchor& anchor,
                            char* out) {
  out = PutTag(11, WireType::kBytes, out);
  char* const length = out++;
  out =
      PutFixed64(1, anchor.ToUnixNanos(ReadPacked<uint64_t>(entry.value)), out);
  out = attributes_.PutText(2, entry.key, out);
  out = attributes_.PutAll(3, entry.value.substr(kPackedEventBytes), out);
  out = PutCount(4, ReadPacked<uint32_t>(entry.value, 8), out);
  return CloseLength(length, 1, out);
}

char* OtlpEncoder::PutLink(const Entry& entry, char* out) {
  const LinkView link(entry);
  const absl::string_view state = link.trace_state();
  out = PutTag(13, WireType::kBytes, out);
  char* const length = out++;
  out = PutBytes(1, link.trace_id_bytes(), out);
  out = PutBytes(2, link.span_id_bytes(), out);
  out = attributes_.PutText(3, state, out);
  out = attributes_.PutAll(
      4, entry.value.substr(kPackedLinkBytes + state.size()), out);
  out = PutCount(5, link.dropped_attributes(), out);
  out = PutFixed32(6, link.trace_flags(), out);
  return CloseLength(length, 1, out);
}

char* OtlpEncoder::PutStatus(StatusCode code, absl::string_view message,
                             char* out) {
  out = PutTag(15, WireType::kBytes, out);
  char* const length = out++;
  out = attributes_.PutText(2, message, out);
  out = PutUint(3, static_cast<uint64_t>(code), out);
  return CloseLength(length, 1, out);
}

}  // namespace waybill
