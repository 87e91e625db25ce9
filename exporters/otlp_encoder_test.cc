// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the encoder writes by hand is read with messages that protoc made from
// definitions of their own, and compared with what SpanView says.

#include "waybill/exporters/otlp_encoder.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "viewer/otlp/trace.pb.h"
#include "waybill/exporters/span_batch_for_test.h"
#include "waybill/propagation/utf8.h"

namespace waybill {
namespace {

namespace common = opentelemetry::proto::common::v1;
namespace trace = opentelemetry::proto::trace::v1;

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Clean(absl::string_view text) {
  std::string scratch;
  return std::string(ToValidUtf8(text, &scratch));
}

void SetElement(const AttributeValue& value, common::AnyValue* out) {
  switch (value.type()) {
    case AttributeValue::Type::kBool:
      return out->set_bool_value(value.bool_value());
    case AttributeValue::Type::kInt:
      return out->set_int_value(value.int_value());
    case AttributeValue::Type::kDouble:
      return out->set_double_value(value.double_value());
    default:
      return out->set_string_value(Clean(value.string_value()));
  }
}

template <typename View, typename Message>
void SetAttributes(const View& view, Message* out) {
  view.ForEachAttribute([&](const AttributeView& attribute) {
    common::KeyValue* const pair = out->add_attributes();
    pair->set_key(Clean(attribute.key()));
    common::AnyValue* const value = pair->mutable_value();
    switch (attribute.type()) {
      case AttributeValue::Type::kBool:
        return SetElement(attribute.bool_value(), value);
      case AttributeValue::Type::kInt:
        return SetElement(attribute.int_value(), value);
      case AttributeValue::Type::kDouble:
        return SetElement(attribute.double_value(), value);
      case AttributeValue::Type::kString:
        return SetElement(attribute.string_value(), value);
      default:
        break;
    }
    value->mutable_array_value();
    attribute.ForEachElement([&](const AttributeValue& element) {
      SetElement(element, value->mutable_array_value()->add_values());
    });
  });
}

std::string Bytes(const TraceId& id) {
  std::string bytes(TraceId::kBytes, '\0');
  id.WriteBytes(&bytes[0]);
  return bytes;
}

std::string Bytes(SpanId id) {
  std::string bytes(SpanId::kBytes, '\0');
  id.WriteBytes(&bytes[0]);
  return bytes;
}

// What the encoder should have written for a span.
trace::Span ExpectedSpan(const SpanView& view) {
  trace::Span span;
  span.set_trace_id(Bytes(view.trace_id()));
  span.set_span_id(Bytes(view.span_id()));
  if (view.parent_span_id().IsValid()) {
    span.set_parent_span_id(Bytes(view.parent_span_id()));
  }
  span.set_trace_state(std::string(view.trace_state().ToString()));
  span.set_flags(view.trace_flags() | 0x100 |
                 (view.parent_is_remote() ? 0x200 : 0));
  span.set_name(Clean(view.name()));
  span.set_kind(static_cast<trace::Span::SpanKind>(view.kind()));
  span.set_start_time_unix_nano(view.start_unix_nanos());
  span.set_end_time_unix_nano(view.end_unix_nanos());
  SetAttributes(view, &span);
  view.ForEachEvent([&](const EventView& event) {
    trace::Span::Event* const out = span.add_events();
    out->set_name(Clean(event.name()));
    out->set_time_unix_nano(event.unix_nanos());
    SetAttributes(event, out);
    out->set_dropped_attributes_count(event.dropped_attributes());
  });
  view.ForEachLink([&](const LinkView& link) {
    trace::Span::Link* const out = span.add_links();
    out->set_trace_id(std::string(link.trace_id_bytes()));
    out->set_span_id(std::string(link.span_id_bytes()));
    out->set_trace_state(std::string(link.trace_state()));
    out->set_flags(link.trace_flags());
    SetAttributes(link, out);
    out->set_dropped_attributes_count(link.dropped_attributes());
  });
  span.set_dropped_attributes_count(view.dropped_attributes());
  span.set_dropped_events_count(view.dropped_events());
  span.set_dropped_links_count(view.dropped_links());
  if (view.status() != StatusCode::kUnset) {
    span.mutable_status()->set_code(
        static_cast<trace::Status::StatusCode>(view.status()));
    span.mutable_status()->set_message(Clean(view.status_message()));
  }
  return span;
}

struct Request {
  trace::TracesData data;
  size_t bytes;
  size_t spans;
  const google::protobuf::RepeatedPtrField<trace::Span>& span_list() const {
    return data.resource_spans(0).scope_spans(0).spans();
  }
};

struct Encoded {
  std::vector<Request> requests;
  uint64_t too_large = 0;
  std::vector<trace::Span> spans() const {
    std::vector<trace::Span> all;
    for (const Request& request : requests) {
      all.insert(all.end(), request.span_list().begin(),
                 request.span_list().end());
    }
    return all;
  }
};

Encoded EncodeWith(OtlpEncoder& encoder, const SpanBatch& batch) {
  Encoded encoded;
  encoded.too_large =
      encoder.Encode(batch, [&](absl::string_view request, size_t spans) {
        Request decoded{{}, request.size(), spans};
        ASSERT_TRUE(decoded.data.ParseFromArray(
            request.data(), static_cast<int>(request.size())));
        EXPECT_EQ(decoded.data.ByteSizeLong(), request.size())
            << "not the shortest form";
        ASSERT_EQ(decoded.data.resource_spans_size(), 1);
        ASSERT_EQ(decoded.data.resource_spans(0).scope_spans_size(), 1);
        ASSERT_EQ(decoded.span_list().size(), static_cast<int>(spans));
        encoded.requests.push_back(std::move(decoded));
      });
  return encoded;
}

// Encodes what record makes; checks every span that is sent against its view.
Encoded Encode(const std::function<void(Tracer&)>& record,
               RecorderOptions options = {}) {
  OtlpEncoder encoder;
  Encoded encoded;
  const auto use = [&](const SpanBatch& batch) {
    encoded = EncodeWith(encoder, batch);
    const std::vector<trace::Span> spans = encoded.spans();
    ASSERT_EQ(spans.size(), batch.spans.size());
    for (size_t i = 0; i < spans.size(); ++i) {
      MessageDifferencer differencer;
      std::string difference;
      differencer.ReportDifferencesToString(&difference);
      EXPECT_TRUE(differencer.Compare(ExpectedSpan(batch.spans[i]), spans[i]))
          << "span " << i << ": " << difference;
    }
  };
  WithSpanBatch(record, use, std::move(options));
  return encoded;
}

// The message in text_format, without its ids, which are random.
std::string TextOf(trace::Span span) {
  span.clear_trace_id();
  span.clear_span_id();
  std::string text;
  google::protobuf::TextFormat::PrintToString(span, &text);
  return text;
}

TEST(OtlpEncoderTest, WritesEveryFieldOfASpan) {
  const Encoded encoded = Encode([](Tracer& tracer) {
    StartOptions options;
    options.kind = SpanKind::kServer;
    options.parent =
        SpanContext(TraceId::FromHex("4bf92f3577b34da6a3ce929d0e0e4736"),
                    SpanId::FromHex("00f067aa0ba902b7"), kSampledFlag,
                    /*is_remote=*/true, TraceState::Parse("congo=t61rcWkgMzE"));
    Span span = tracer.StartSpan("pkg.Service/Method", options);
    span.SetAttribute("text", "value");
    span.SetAttribute("number", -1);
    span.SetAttribute("flag", true);
    span.SetAttribute("half", 0.5);
    span.AddEvent("retry", {{"attempt", 2}});
    span.AddLink(SpanContext(TraceId(1, 2), SpanId(3), kRandomFlag, false,
                             TraceState::Parse("a=b")),
                 {{"why", "batch"}});
    span.SetError("it broke");
  });
  ASSERT_THAT(encoded.requests, SizeIs(1));
  const trace::Span span = encoded.spans()[0];
  EXPECT_EQ(span.trace_id(),
            Bytes(TraceId::FromHex("4bf92f3577b34da6a3ce929d0e0e4736")));
  EXPECT_EQ(TextOf(span), R"(trace_state: "congo=t61rcWkgMzE"
parent_span_id: "\000\360g\252\013\251\002\267"
name: "pkg.Service/Method"
kind: SPAN_KIND_SERVER
start_time_unix_nano: 1700000000000001000
end_time_unix_nano: 1700000000000003000
attributes {
  key: "text"
  value {
    string_value: "value"
  }
}
attributes {
  key: "number"
  value {
    int_value: -1
  }
}
attributes {
  key: "flag"
  value {
    bool_value: true
  }
}
attributes {
  key: "half"
  value {
    double_value: 0.5
  }
}
events {
  time_unix_nano: 1700000000000002000
  name: "retry"
  attributes {
    key: "attempt"
    value {
      int_value: 2
    }
  }
}
links {
  trace_id: "\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000\002"
  span_id: "\000\000\000\000\000\000\000\003"
  trace_state: "a=b"
  attributes {
    key: "why"
    value {
      string_value: "batch"
    }
  }
  flags: 2
}
status {
  message: "it broke"
  code: STATUS_CODE_ERROR
}
flags: 769
)");
}

TEST(OtlpEncoderTest, LeavesOutWhatARootDoesNotHave) {
  const Encoded encoded =
      Encode([](Tracer& tracer) { tracer.StartSpan("root").End(); });
  EXPECT_EQ(TextOf(encoded.spans()[0]), R"(name: "root"
kind: SPAN_KIND_INTERNAL
start_time_unix_nano: 1700000000000001000
end_time_unix_nano: 1700000000000002000
flags: 259
)");
}

TEST(OtlpEncoderTest, SaysWhoSentAndWhatWasLost) {
  Resource resource;
  resource.attributes = {{"service.name", "checkout"},
                         {"host.name", "caf\xff"}};
  OtlpEncoder encoder;
  const auto scope_with = [&](const SpanBatch& batch, RecorderCounts counts) {
    const Encoded encoded =
        EncodeWith(encoder, {batch.spans, batch.resource, counts});
    return encoded.requests[0].data.resource_spans(0);
  };
  trace::ResourceSpans without_loss;
  trace::ResourceSpans with_loss;
  RecorderOptions options;
  options.resource = resource;
  WithSpanBatch([](Tracer& tracer) { tracer.StartSpan("work").End(); },
                [&](const SpanBatch& batch) {
                  without_loss = scope_with(batch, {});
                  RecorderCounts counts;
                  counts.no_room = 12;
                  counts.after_shutdown = 300;
                  with_loss = scope_with(batch, counts);
                },
                std::move(options));
  for (trace::ResourceSpans* got : {&without_loss, &with_loss}) {
    ASSERT_EQ(got->resource().attributes_size(), 2);
    EXPECT_EQ(got->resource().attributes(0).key(), "service.name");
    EXPECT_EQ(got->resource().attributes(0).value().string_value(), "checkout");
    EXPECT_EQ(got->resource().attributes(1).value().string_value(),
              "caf\xef\xbf\xbd");
    EXPECT_EQ(got->scope_spans(0).scope().name(), "waybill");
    EXPECT_EQ(got->scope_spans(0).scope().version(), "0.1.0");
  }
  EXPECT_THAT(without_loss.scope_spans(0).scope().attributes(), IsEmpty());
  std::vector<std::pair<std::string, int64_t>> losses;
  for (const auto& pair : with_loss.scope_spans(0).scope().attributes()) {
    losses.emplace_back(pair.key(), pair.value().int_value());
  }
  EXPECT_THAT(
      losses,
      ElementsAre(std::pair("waybill.spans.dropped", 312),
                  std::pair("waybill.spans.dropped.no_room", 12),
                  std::pair("waybill.spans.dropped.after_shutdown", 300)));
}

TEST(OtlpEncoderTest, WritesListsOfEachType) {
  const bool bools[] = {true, false, true};
  const int64_t ints[] = {0, -1, std::numeric_limits<int64_t>::max()};
  const double doubles[] = {0.25, -1e300};
  const absl::string_view strings[] = {"", "a", "bad \xff"};
  const Encoded encoded = Encode([&](Tracer& tracer) {
    Span span = tracer.StartSpan("lists");
    span.SetAttribute("bools", absl::MakeConstSpan(bools));
    span.SetAttribute("ints", absl::MakeConstSpan(ints));
    span.SetAttribute("doubles", absl::MakeConstSpan(doubles));
    span.SetAttribute("strings", absl::MakeConstSpan(strings));
    span.SetAttribute("none", absl::Span<const int64_t>());
    // Past one and two bytes of length.
    const std::vector<int64_t> many(50, 1000);
    span.SetAttribute("many", absl::MakeConstSpan(many));
    const std::vector<int64_t> very_many(5000, -7);
    span.SetAttribute("very many", absl::MakeConstSpan(very_many));
  });
  const trace::Span span = encoded.spans()[0];
  ASSERT_EQ(span.attributes_size(), 7);
  EXPECT_EQ(span.attributes(3).value().array_value().values(2).string_value(),
            "bad \xef\xbf\xbd");
  EXPECT_EQ(span.attributes(4).value().array_value().values_size(), 0);
  EXPECT_TRUE(span.attributes(4).value().has_array_value());
  EXPECT_EQ(span.attributes(6).value().array_value().values_size(), 5000);
}

TEST(OtlpEncoderTest, CountsWhatWentPastTheLimits) {
  RecorderOptions options;
  options.limits.attributes = 1;
  options.limits.events = 1;
  options.limits.links = 1;
  options.limits.attributes_per_event = 0;
  options.limits.attributes_per_link = 0;
  const Encoded encoded = Encode(
      [](Tracer& tracer) {
        Span span = tracer.StartSpan("work");
        for (const char* key : {"a", "b", "c"}) span.SetAttribute(key, 1);
        for (int i = 0; i < 4; ++i) span.AddEvent("event", {{"x", 1}});
        for (int i = 0; i < 5; ++i) span.AddLink(span.context(), {{"x", 1}});
      },
      std::move(options));
  const trace::Span span = encoded.spans()[0];
  EXPECT_EQ(span.dropped_attributes_count(), 2);
  EXPECT_EQ(span.dropped_events_count(), 3);
  EXPECT_EQ(span.dropped_links_count(), 4);
  EXPECT_EQ(span.events(0).dropped_attributes_count(), 1);
  EXPECT_EQ(span.links(0).dropped_attributes_count(), 1);
}

TEST(OtlpEncoderTest, RepairsTextThatIsNotUtf8WhereverItStands) {
  const std::string bad = "x\xff";
  const std::string repaired = "x\xef\xbf\xbd";
  const Encoded encoded = Encode([&](Tracer& tracer) {
    Span span = tracer.StartSpan(bad);
    span.SetAttribute(bad, bad);
    span.SetAttribute("only the value", bad);
    span.SetAttribute(bad + "2", 1);
    span.AddEvent(bad, {{bad, bad}});
    span.AddLink(span.context(), {{bad, bad}});
    span.SetError(bad);
  });
  const trace::Span span = encoded.spans()[0];
  EXPECT_EQ(span.name(), repaired);
  EXPECT_EQ(span.attributes(0).key(), repaired);
  EXPECT_EQ(span.attributes(0).value().string_value(), repaired);
  EXPECT_EQ(span.attributes(1).value().string_value(), repaired);
  EXPECT_EQ(span.attributes(2).key(), repaired + "2");
  EXPECT_EQ(span.events(0).name(), repaired);
  EXPECT_EQ(span.events(0).attributes(0).key(), repaired);
  EXPECT_EQ(span.links(0).attributes(0).value().string_value(), repaired);
  EXPECT_EQ(span.status().message(), repaired);
}

TEST(OtlpEncoderTest, PutsATemplatesAttributesFirstOnEachOfItsSpans) {
  static const SpanTemplate& one = *MakeSpanTemplate(
      "pkg.S/One", SpanKind::kClient, {{"rpc.method", "pkg.S/One"}, {"n", 1}});
  static const SpanTemplate& two =
      *MakeSpanTemplate("pkg.S/\xff", SpanKind::kServer, {});
  const Encoded encoded = Encode([&](Tracer& tracer) {
    for (int i = 0; i < 2; ++i) {
      Span span = tracer.StartSpan(one, SpanContext());
      span.SetAttribute("own", i);
      tracer.StartSpan(two, span.context()).End();
    }
    tracer.StartSpan(one, SpanContext()).UpdateName("renamed");
  });
  std::vector<std::string> got;
  for (const trace::Span& span : encoded.spans()) {
    std::string line = span.name();
    for (const auto& pair : span.attributes()) line += " " + pair.key();
    got.push_back(line);
  }
  EXPECT_THAT(got,
              ElementsAre("pkg.S/\xef\xbf\xbd", "pkg.S/One rpc.method n own",
                          "pkg.S/\xef\xbf\xbd", "pkg.S/One rpc.method n own",
                          "renamed rpc.method n"));
}

// Lengths at which a length's own size changes, in names, attributes, events
// and whole spans.
TEST(OtlpEncoderTest, WritesEveryLengthAroundThePowersOf128) {
  RecorderOptions options;
  options.memory_bytes = 256 << 20;
  std::vector<size_t> sizes;
  for (size_t size = 0; size < 300; ++size) sizes.push_back(size);
  for (size_t size = 16384 - 150; size < 16384 + 20; ++size) {
    sizes.push_back(size);
  }
  for (size_t size = (2 << 20) - 3; size < (2 << 20) + 3; ++size) {
    sizes.push_back(size);
  }
  Encode(
      [&](Tracer& tracer) {
        for (const size_t size : sizes) {
          const std::string text(size, 'x');
          tracer.StartSpan(text).End();
          tracer.StartSpan("attribute").SetAttribute("key", text);
          if (size < 60000) {
            if (size > 0) tracer.StartSpan("key").SetAttribute(text, 1);
            tracer.StartSpan("event").AddEvent(text);
          }
          tracer.StartSpan("error").SetError(text);
        }
      },
      std::move(options));
}

// What is packed is small beside what it becomes.
TEST(OtlpEncoderTest, SpellsOutInternedKeys) {
  const std::string prefix(kMaxInternedKeyBytes - 3, 'k');
  std::vector<Attribute> attributes;
  for (int i = 100; i < 200; ++i) {
    attributes.push_back(
        {InternKeyText((prefix + std::to_string(i)).c_str()), i});
  }
  const Encoded encoded = Encode([&](Tracer& tracer) {
    for (int i = 0; i < 100; ++i) {
      tracer.StartSpan("span").SetAttributes(attributes);
    }
  });
  ASSERT_EQ(encoded.requests.size(), 1u);
  ASSERT_EQ(encoded.requests[0].spans, 100u);
  for (const trace::Span& span : encoded.requests[0].span_list()) {
    ASSERT_EQ(span.attributes_size(), 100);
    EXPECT_EQ(span.attributes(99).key(), prefix + "199");
    EXPECT_EQ(span.attributes(99).value().int_value(), 199);
  }
}

TEST(OtlpEncoderTest, SplitsABatchThatIsTooLargeForOneRequest) {
  static constexpr size_t kMaxBytes = 2500;
  WithSpanBatch(
      [](Tracer& tracer) {
        for (int i = 0; i < 100; ++i) {
          tracer.StartSpan("work").SetAttribute("i", i);
        }
      },
      [](const SpanBatch& batch) {
        OtlpEncoder encoder(kMaxBytes);
        const Encoded encoded = EncodeWith(encoder, batch);
        EXPECT_EQ(encoded.too_large, 0);
        EXPECT_GT(encoded.requests.size(), 2u);
        for (size_t i = 0; i < encoded.requests.size(); ++i) {
          EXPECT_LE(encoded.requests[i].bytes, kMaxBytes) << i;
          if (i + 1 < encoded.requests.size()) {
            EXPECT_GT(encoded.requests[i].bytes, kMaxBytes - 150) << i;
          }
        }
        const std::vector<trace::Span> spans = encoded.spans();
        ASSERT_THAT(spans, SizeIs(100));
        for (int i = 0; i < 100; ++i) {
          EXPECT_EQ(spans[i].attributes(0).value().int_value(), i);
        }
      });
}

TEST(OtlpEncoderTest, ASpanTooLargeForAnyRequestCostsItselfOnly) {
  RecorderOptions options;
  options.memory_bytes = 32 << 20;
  static constexpr size_t kMaxBytes = 10000;
  WithSpanBatch(
      [](Tracer& tracer) {
        tracer.StartSpan("before").End();
        // Over the limit by a little, as bytes, and by far.
        tracer.StartSpan("large").SetAttribute("x", std::string(9900, 'x'));
        tracer.StartSpan("grows").SetAttribute("x", std::string(9000, '\xff'));
        tracer.StartSpan("huge").SetAttribute("x", std::string(4 << 20, 'x'));
        tracer.StartSpan("after").End();
      },
      [](const SpanBatch& batch) {
        OtlpEncoder encoder(kMaxBytes);
        const Encoded encoded = EncodeWith(encoder, batch);
        EXPECT_EQ(encoded.too_large, 3);
        std::vector<std::string> names;
        for (const trace::Span& span : encoded.spans()) {
          names.push_back(span.name());
        }
        EXPECT_THAT(names, ElementsAre("before", "after"));
      },
      std::move(options));
}

TEST(OtlpEncoderTest, SendsNothingWhereNoSpanIsLeft) {
  WithSpanBatch([](Tracer& tracer) { tracer.StartSpan("work").End(); },
                [](const SpanBatch& batch) {
                  OtlpEncoder encoder(/*max_request_bytes=*/10);
                  const Encoded encoded = EncodeWith(encoder, batch);
                  EXPECT_EQ(encoded.too_large, 1);
                  EXPECT_THAT(encoded.requests, IsEmpty());
                });
}

// Spans of random content, seeded, so that a failure can be seen again.
class RandomSpans {
 public:
  explicit RandomSpans(uint32_t seed) : random_(seed) {}

  void Record(Tracer& tracer) {
    StartOptions options;
    options.kind = static_cast<SpanKind>(1 + Below(5));
    if (Below(2) == 0) options.parent = Context();
    Span span = tracer.StartSpan(Text(), options);
    for (uint32_t i = Below(12); i > 0; --i) {
      const uint32_t what = Below(10);
      if (what < 6)
        WithAttribute(
            [&](const Attribute& a) { span.SetAttribute(a.key, a.value); });
      if (what == 6) span.AddLink(Context());
      if (what == 7)
        WithAttribute([&](const Attribute& a) {
          span.AddEvent(Text(), {a, a});
        });
      if (what == 8) span.SetError(Text());
      if (what == 9) span.UpdateName(Text());
    }
    if (Below(10) == 0) span.SetOk();
  }

 private:
  uint32_t Below(uint32_t limit) { return random_() % limit; }
  uint64_t Word() { return uint64_t{random_()} << 32 | random_(); }

  int64_t Int() { return static_cast<int64_t>(Word() >> Below(64)); }

  std::string Text() {
    const uint32_t limits[] = {1, 10, 40, 200, 20000};
    std::string text(Below(limits[Below(5)]), '\0');
    const bool ascii = Below(3) > 0;
    for (char& c : text) c = static_cast<char>(Below(ascii ? 128 : 256));
    return text;
  }

  SpanContext Context() {
    return SpanContext(
        TraceId(Word() | 1, Word()), SpanId(Word() | 1), kSampledFlag,
        Below(2) == 0,
        Below(3) == 0 ? TraceState::Parse("a=1,b=2") : TraceState());
  }

  template <typename Use>
  void WithAttribute(Use use) {
    static const AttributeKey interned[] = {
        InternKey("i"), InternKey("otlp_encoder_test.key"),
        InternKey("otlp_encoder_test.key.of.a.hundred.characters.0123456789012"
                  "34567890123456789012345678901234567890123")};
    const std::string key_text = "k" + Text();
    const AttributeKey key =
        Below(2) == 0 ? interned[Below(3)] : AttributeKey(key_text);
    const std::string text = Text();
    std::vector<int64_t> ints(Below(30));
    for (int64_t& number : ints) number = Int();
    const std::vector<double> doubles(Below(20), 0.1);
    const std::vector<absl::string_view> strings(Below(5), text);
    const bool bools[] = {true, false, false};
    switch (Below(8)) {
      case 0:
        return use({key, Below(2) == 0});
      case 1:
        return use({key, 0.5 * Below(100)});
      case 2:
        return use({key, absl::MakeConstSpan(ints)});
      case 3:
        return use({key, absl::MakeConstSpan(doubles)});
      case 4:
        return use({key, absl::MakeConstSpan(strings)});
      case 5:
        return use({key, absl::MakeConstSpan(bools)});
      case 6:
        return use({key, Int()});
      default:
        return use({key, text});
    }
  }

  std::mt19937 random_;
};

TEST(OtlpEncoderTest, ReadsBackAsRecordedWhateverIsInTheSpans) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    RandomSpans random(seed);
    RecorderOptions options;
    options.memory_bytes = 64 << 20;
    Encode(
        [&](Tracer& tracer) {
          for (int i = 0; i < 50; ++i) random.Record(tracer);
        },
        std::move(options));
  }
}

}  // namespace
}  // namespace waybill
