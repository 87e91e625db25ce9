// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/propagation/w3c_trace_context.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "waybill/propagation/map_carrier.h"
#include "waybill/propagation/propagator.h"
#include "waybill/propagation/span_context.h"

namespace waybill {
namespace {

using Headers = std::multimap<std::string, std::string>;

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kParentId[] = "00f067aa0ba902b7";
constexpr char kTraceparent[] =
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

SpanContext MakeContext(uint8_t flags, absl::string_view state = "") {
  return SpanContext(TraceId::FromHex(kTraceId), SpanId::FromHex(kParentId),
                     flags, /*is_remote=*/false, TraceState::Parse(state));
}

std::string Written(const SpanContext& context) {
  char text[kTraceparentChars];
  WriteTraceparent(context, text);
  return std::string(text, kTraceparentChars);
}

TEST(ParseTraceparentTest, ReadsWhatTheSpecificationAllows) {
  const struct {
    const char* reason;
    std::string header;
    uint8_t flags;
  } kCases[] = {
      {"sampled", kTraceparent, 0x01},
      {"not sampled", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
       0x00},
      {"random", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02",
       0x02},
      {"sampled and random",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03", 0x03},
      {"unknown flags are dropped, known ones kept",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", 0x03},
      {"unknown flags alone",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fc", 0x00},
      {"first future version",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0x01},
      {"future version in the middle",
       "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0x01},
      {"last future version",
       "fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0x01},
      {"future version with more fields",
       "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-"
       "future",
       0x01},
      {"future version with an empty field",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-", 0x01},
      {"future version with unknown flags",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0a", 0x02},
      {"space before", absl::StrCat(" ", kTraceparent), 0x01},
      {"tab before", absl::StrCat("\t", kTraceparent), 0x01},
      {"space after", absl::StrCat(kTraceparent, " "), 0x01},
      {"tab after", absl::StrCat(kTraceparent, "\t"), 0x01},
      {"both on both sides", absl::StrCat("\t ", kTraceparent, " \t"), 0x01},
      {"space after a future version",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ", 0x01},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const SpanContext context = ParseTraceparent(c.header);
    EXPECT_EQ(context.trace_id().ToHex(), kTraceId);
    EXPECT_EQ(context.span_id().ToHex(), kParentId);
    EXPECT_EQ(context.trace_flags(), c.flags);
    EXPECT_TRUE(context.IsRemote());
    EXPECT_TRUE(context.trace_state().empty());
  }
}

TEST(ParseTraceparentTest, ReadsTheSmallestAndTheLargestIds) {
  EXPECT_EQ(ParseTraceparent(
                "00-00000000000000000000000000000001-0000000000000001-00"),
            SpanContext(TraceId(0, 1), SpanId(1), 0, true));
  EXPECT_EQ(ParseTraceparent(
                "00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-00"),
            SpanContext(TraceId(~uint64_t{0}, ~uint64_t{0}),
                        SpanId(~uint64_t{0}), 0, true));
}

TEST(ParseTraceparentTest, RefusesEverythingElse) {
  const struct {
    const char* reason;
    std::string header;
  } kCases[] = {
      {"empty", ""},
      {"white space only", " \t "},
      {"55 spaces", std::string(55, ' ')},
      {"55 dashes", std::string(55, '-')},
      {"version ff", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version ff with more fields",
       "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"},
      {"version in upper case",
       "CC-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version FF is not ff but no better",
       "FF-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version's first character",
       ".0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version's second character",
       "0.-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version too short",
       "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version too long",
       "000-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version missing",
       "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"version 00, one character too many",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01."},
      {"version 00 with an empty field",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"},
      {"version 00 with more fields",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what"},
      {"future version, longer without a dash",
       "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what"},
      {"future version, one digit more",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-011"},
      {"future version, one character short",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0"},
      {"future version, all-zero trace id",
       "01-00000000000000000000000000000000-00f067aa0ba902b7-01"},
      {"future version, flags that are no digits",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"},
      {"all-zero trace id",
       "00-00000000000000000000000000000000-00f067aa0ba902b7-01"},
      {"all-zero parent id",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"},
      {"trace id in upper case",
       "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"},
      {"one upper-case digit in the trace id's second half",
       "00-4bf92f3577b34da6a3ce929d0e0E4736-00f067aa0ba902b7-01"},
      {"parent id in upper case",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01"},
      {"flags in upper case",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A"},
      {"trace id's first character",
       "00-.bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"trace id's last character",
       "00-4bf92f3577b34da6a3ce929d0e0e473.-00f067aa0ba902b7-01"},
      {"trace id too short",
       "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01"},
      {"trace id too long",
       "00-4bf92f3577b34da6a3ce929d0e0e47360-00f067aa0ba902b7-01"},
      {"trace id too long by what the parent id lacks",
       "00-4bf92f3577b34da6a3ce929d0e0e47360-0f067aa0ba902b7-01"},
      {"parent id's first character",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-.0f067aa0ba902b7-01"},
      {"parent id's last character",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b.-01"},
      {"parent id too short",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01"},
      {"parent id too long",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b70-01"},
      {"flags' first character",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-.1"},
      {"flags' second character",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0."},
      {"flags too short",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1"},
      {"flags too long",
       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001"},
      {"flags missing", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"},
      {"first dash", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"second dash",
       "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01"},
      {"third dash", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01"},
      {"no dashes", "004bf92f3577b34da6a3ce929d0e0e473600f067aa0ba902b701"},
      {"space inside",
       "00-4bf92f3577b34da6a3ce929d0e0e4736 -00f067aa0ba902b7-01"},
      {"line end after", absl::StrCat(kTraceparent, "\n")},
      {"line end before", absl::StrCat("\r\n", kTraceparent)},
      {"zero byte after", absl::StrCat(kTraceparent, std::string(1, '\0'))},
      {"two values joined by a proxy",
       absl::StrCat(kTraceparent, ",", kTraceparent)},
      {"two values of a future version joined by a proxy",
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, "
       "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    EXPECT_FALSE(ParseTraceparent(c.header).IsValid());
    EXPECT_EQ(ParseTraceparent(c.header), SpanContext());
  }
}

TEST(ParseTraceparentTest, ReadsEveryVersionButFf) {
  for (int version = 0; version < 256; ++version) {
    std::string header = kTraceparent;
    header[0] = "0123456789abcdef"[version / 16];
    header[1] = "0123456789abcdef"[version % 16];
    EXPECT_EQ(ParseTraceparent(header).IsValid(), version != 0xff) << header;
  }
}

TEST(WriteTraceparentTest, WritesVersion00WithKnownFlagsOnly) {
  for (int flags = 0; flags < 256; ++flags) {
    EXPECT_EQ(Written(MakeContext(static_cast<uint8_t>(flags))),
              absl::StrCat("00-", kTraceId, "-", kParentId, "-0", flags & 3));
  }
}

TEST(WriteTraceparentTest, WritesExactly55Characters) {
  std::string text(kTraceparentChars + 2, '.');
  WriteTraceparent(MakeContext(kSampledFlag), &text[1]);
  EXPECT_EQ(text, absl::StrCat(".", kTraceparent, "."));
}

class ExtractTest : public testing::Test {
 protected:
  SpanContext Extract(const Headers& headers) {
    Context context;
    propagator_.Extract(MapReader(headers), &context, &counts_);
    return context.span_context;
  }

  W3cTraceContextPropagator propagator_;
  ExtractCounts counts_;
};

TEST_F(ExtractTest, GivesTheRemoteParentWithItsState) {
  EXPECT_EQ(Extract({{"traceparent", kTraceparent},
                     {"tracestate", "rojo=00f067aa0ba902b7,congo=t61"}}),
            SpanContext(TraceId::FromHex(kTraceId), SpanId::FromHex(kParentId),
                        kSampledFlag, /*is_remote=*/true,
                        TraceState::Parse("rojo=00f067aa0ba902b7,congo=t61")));
  EXPECT_EQ(counts_.invalid_trace_context, 0u);
  EXPECT_EQ(counts_.invalid_trace_state, 0u);
}

TEST_F(ExtractTest, HandlesEveryCombinationOfHeaders) {
  const std::string second =
      "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string future =
      "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x";
  const struct {
    const char* reason;
    Headers headers;
    bool valid;
    std::string state;
    uint64_t bad_contexts;
    uint64_t bad_states;
  } kCases[] = {
      {"no headers", {}, false, "", 0, 0},
      {"state without a parent", {{"tracestate", "foo=1"}}, false, "", 0, 0},
      {"broken state without a parent", {{"tracestate", "?"}}, false, "", 0, 0},
      {"empty parent", {{"traceparent", ""}}, false, "", 1, 0},
      {"broken parent: its state is not looked at",
       {{"traceparent", "?"}, {"tracestate", "?"}},
       false,
       "",
       1,
       0},
      {"two parents",
       {{"traceparent", kTraceparent}, {"traceparent", second}},
       false,
       "",
       1,
       0},
      {"the same parent twice",
       {{"traceparent", kTraceparent}, {"traceparent", kTraceparent}},
       false,
       "",
       1,
       0},
      {"a broken parent, then a good one",
       {{"traceparent", "?"}, {"traceparent", kTraceparent}},
       false,
       "",
       1,
       0},
      {"three parents, an odd number",
       {{"traceparent", kTraceparent},
        {"traceparent", kTraceparent},
        {"traceparent", kTraceparent}},
       false,
       "",
       1,
       0},
      {"parent alone", {{"traceparent", kTraceparent}}, true, "", 0, 0},
      {"empty state",
       {{"traceparent", kTraceparent}, {"tracestate", ""}},
       true,
       "",
       0,
       0},
      {"broken state: the parent stays",
       {{"traceparent", kTraceparent}, {"tracestate", "?"}},
       true,
       "",
       0,
       1},
      {"several states are joined in order",
       {{"traceparent", kTraceparent},
        {"tracestate", "foo=1,bar=2"},
        {"tracestate", "rojo=1,congo=2"},
        {"tracestate", "baz=3"}},
       true,
       "foo=1,bar=2,rojo=1,congo=2,baz=3",
       0,
       0},
      {"empty states between others",
       {{"traceparent", kTraceparent},
        {"tracestate", ""},
        {"tracestate", "foo=1"},
        {"tracestate", " "},
        {"tracestate", "bar=2"}},
       true,
       "foo=1,bar=2",
       0,
       0},
      {"one key in two states",
       {{"traceparent", kTraceparent},
        {"tracestate", "foo=1"},
        {"tracestate", "foo=1"}},
       true,
       "",
       0,
       1},
      {"one of two states is broken",
       {{"traceparent", kTraceparent},
        {"tracestate", "foo=1"},
        {"tracestate", "?"}},
       true,
       "",
       0,
       1},
      {"state of a future version is read as that of 00",
       {{"traceparent", future}, {"tracestate", "foo=1"}},
       true,
       "foo=1",
       0,
       0},
      {"other names",
       {{"trace-parent", kTraceparent}, {"trace.parent", kTraceparent}},
       false,
       "",
       0,
       0},
      {"other name for the state",
       {{"traceparent", kTraceparent}, {"trace-state", "foo=1"}},
       true,
       "",
       0,
       0},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    counts_ = ExtractCounts();
    const SpanContext context = Extract(c.headers);
    EXPECT_EQ(context.IsValid(), c.valid);
    EXPECT_EQ(context.IsRemote(), c.valid);
    EXPECT_EQ(context.trace_state().ToString(), c.state);
    EXPECT_EQ(counts_.invalid_trace_context, c.bad_contexts);
    EXPECT_EQ(counts_.invalid_trace_state, c.bad_states);
  }
}

TEST_F(ExtractTest, CountsOverTheMembersOfSeveralHeaders) {
  std::vector<std::string> sixteen[3];
  for (int i = 0; i < 48; ++i) {
    sixteen[i / 16].push_back(absl::StrCat("k", i, "=v"));
  }
  Headers headers = {{"traceparent", kTraceparent},
                     {"tracestate", absl::StrJoin(sixteen[0], ",")},
                     {"tracestate", absl::StrJoin(sixteen[1], ",")}};
  EXPECT_EQ(Extract(headers).trace_state().Get("k31"), "v");
  headers.emplace("tracestate", "k32=v");
  EXPECT_TRUE(Extract(headers).trace_state().empty());
  EXPECT_EQ(counts_.invalid_trace_state, 1u);
}

TEST_F(ExtractTest, LeavesTheContextAloneWhereThereIsNothingToUse) {
  for (const Headers& headers :
       {Headers(), Headers{{"traceparent", "?"}, {"tracestate", "foo=1"}}}) {
    Context context{MakeContext(kSampledFlag), Baggage::Parse("a=1")};
    propagator_.Extract(MapReader(headers), &context);
    EXPECT_EQ(context.span_context, MakeContext(kSampledFlag));
    EXPECT_EQ(context.baggage.ToString(), "a=1");
  }
}

TEST_F(ExtractTest, ReplacesTheWholeSpanContextAndNoBaggage) {
  Context context{MakeContext(0, "old=1"), Baggage::Parse("a=1")};
  const Headers headers = {{"traceparent", kTraceparent}};
  propagator_.Extract(MapReader(headers), &context);
  EXPECT_TRUE(context.span_context.IsSampled());
  EXPECT_TRUE(context.span_context.IsRemote());
  EXPECT_TRUE(context.span_context.trace_state().empty());
  EXPECT_EQ(context.baggage.ToString(), "a=1");
}

class InjectTest : public testing::Test {
 protected:
  Headers Inject(const SpanContext& span_context, Headers headers = {}) {
    MapWriter writer(&headers);
    propagator_.Inject({span_context, Baggage::Parse("a=1")}, writer);
    return headers;
  }

  W3cTraceContextPropagator propagator_;
};

TEST_F(InjectTest, WritesBothHeaders) {
  EXPECT_EQ(
      Inject(MakeContext(kSampledFlag, "foo=1,bar=2")),
      Headers({{"traceparent", kTraceparent}, {"tracestate", "foo=1,bar=2"}}));
}

TEST_F(InjectTest, WritesNoEmptyTracestate) {
  EXPECT_EQ(Inject(MakeContext(kSampledFlag)),
            Headers({{"traceparent", kTraceparent}}));
}

TEST_F(InjectTest, WritesNothingForAnInvalidContext) {
  EXPECT_EQ(Inject(SpanContext()), Headers());
  EXPECT_EQ(Inject(SpanContext(TraceId(1, 2), SpanId(), kSampledFlag)),
            Headers());
  EXPECT_EQ(Inject(SpanContext(TraceId(), SpanId(1), kSampledFlag)), Headers());
}

TEST_F(InjectTest, ReplacesTheHeadersThatWereThere) {
  EXPECT_EQ(
      Inject(MakeContext(kSampledFlag, "foo=1"), {{"traceparent", "old"},
                                                  {"traceparent", "older"},
                                                  {"tracestate", "old=1"}}),
      Headers({{"traceparent", kTraceparent}, {"tracestate", "foo=1"}}));
}

TEST_F(InjectTest, SetsNoOtherKeysThanItsFields) {
  EXPECT_EQ(propagator_.Fields(),
            std::vector<std::string>({"traceparent", "tracestate"}));
}

}  // namespace
}  // namespace waybill
