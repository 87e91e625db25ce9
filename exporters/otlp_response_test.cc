// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_response.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "waybill/exporters/proto_wire.h"

namespace waybill {
namespace {

std::string Message(uint32_t field, absl::string_view bytes) {
  std::string out(32 + bytes.size(), '\0');
  out.resize(PutBytes(field, bytes, &out[0]) - out.data());
  return out;
}

std::string Number(uint32_t field, uint64_t value) {
  std::string out(32, '\0');
  out.resize(PutUint(field, value, &out[0]) - out.data());
  return out;
}

TEST(OtlpResponseTest, ReadsPartialSuccess) {
  const struct {
    const char* reason;
    std::string response;
    int64_t rejected;
    std::string message;
  } cases[] = {
      {"all accepted", "", 0, ""},
      {"empty partial success", Message(1, ""), 0, ""},
      {"some rejected", Message(1, Number(1, 7) + Message(2, "quota")), 7,
       "quota"},
      {"a warning alone", Message(1, Message(2, "slow down")), 0, "slow down"},
      {"fields from the future",
       Message(9, "x") + Message(1, Number(8, 1) + Number(1, 2)) + Number(3, 4),
       2, ""},
      {"a negative count", Message(1, Number(1, ~uint64_t{0})), 0, ""},
      {"a count as text", Message(1, Message(1, "7")), 0, ""},
      {"a message as number", Message(1, Number(2, 7)), 0, ""},
      {"no protobuf", "<html>502 Bad Gateway</html>", 0, ""},
      {"cut off after the count",
       Message(1, Number(1, 7) + "\x12\x20").substr(0, 6), 7, ""},
      {"a length past the end", "\x0a\x7f\x08\x07", 0, ""},
      {"a length of 2^64 - 1", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
       0, ""},
      {"a number that never ends", Message(1, "\x08" + std::string(20, '\xff')),
       0, ""},
      {"a group", "\x0b\x0c", 0, ""},
  };
  for (const auto& c : cases) {
    const PartialSuccess answer = ParseExportResponse(c.response);
    EXPECT_EQ(answer.rejected_spans, c.rejected) << c.reason;
    EXPECT_EQ(answer.error_message, c.message) << c.reason;
  }
}

// Built with protobuf's own messages, to have a second opinion.
std::string StatusWithDetail(absl::string_view type,
                             absl::string_view retry_info) {
  google::protobuf::Any any;
  any.set_type_url(absl::StrCat("type.googleapis.com/", type));
  any.set_value(std::string(retry_info));
  return Number(1, 8) + Message(2, "too busy") +
         Message(3, any.SerializeAsString());
}

std::string RetryInfo(int64_t seconds, int32_t nanos) {
  google::protobuf::Duration duration;
  duration.set_seconds(seconds);
  duration.set_nanos(nanos);
  return Message(1, duration.SerializeAsString());
}

TEST(OtlpResponseTest, ReadsTheDelayOfARetryInfo) {
  constexpr char kRetryInfo[] = "google.rpc.RetryInfo";
  const struct {
    const char* reason;
    std::string status;
    absl::optional<absl::Duration> delay;
  } cases[] = {
      {"no details", "", absl::nullopt},
      {"another kind of detail",
       StatusWithDetail("google.rpc.DebugInfo", RetryInfo(1, 0)),
       absl::nullopt},
      {"seconds and nanoseconds",
       StatusWithDetail(kRetryInfo, RetryInfo(2, 500000000)),
       absl::Milliseconds(2500)},
      {"at once", StatusWithDetail(kRetryInfo, ""), absl::ZeroDuration()},
      {"negative", StatusWithDetail(kRetryInfo, RetryInfo(-5, -1)),
       absl::ZeroDuration()},
      {"the second of two details",
       StatusWithDetail("google.rpc.DebugInfo", "") +
           StatusWithDetail(kRetryInfo, RetryInfo(1, 0)),
       absl::Seconds(1)},
      {"no protobuf", "garbage", absl::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ParseRetryDelay(c.status), c.delay) << c.reason;
  }
}

}  // namespace
}  // namespace waybill
