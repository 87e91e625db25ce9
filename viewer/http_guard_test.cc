// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/http_guard.h"

#include "gtest/gtest.h"

namespace waybill {
namespace {

TEST(HttpGuardTest, AnswersThisMachineAndRefusesPagesFromElsewhere) {
  struct Row {
    const char* reason;
    GuardedRequest request;
    bool may_answer;
  };
  const Row rows[] = {
      {"curl", {"127.0.0.1:16680", "", "", ""}, true},
      {"by name", {"localhost:16680", "", "", ""}, true},
      {"names have no case", {"LocalHost", "", "", ""}, true},
      {"by IPv6", {"[::1]:16680", "", "", ""}, true},
      {"by IPv6 without a port", {"[::1]", "", "", ""}, true},
      {"by another address of the machine", {"192.0.2.7:1", "", "", ""}, true},
      {"by the name it was told to use", {"box:16680", "", "", ""}, true},
      {"a name that points here", {"evil.example:16680", "", "", ""}, false},
      {"that only begins well", {"localhost.evil.example", "", "", ""}, false},
      {"and with an address", {"127.0.0.1.evil.example", "", "", ""}, false},
      {"no host", {"", "", "", ""}, false},
      {"only a port", {":16680", "", "", ""}, false},
      {"half an address", {"[::1", "", "", ""}, false},
      {"the page itself",
       {"localhost:16680", "http://localhost:16680", "same-origin", "cors"},
       true},
      {"typed into the browser",
       {"localhost:16680", "", "none", "navigate"},
       true},
      {"a link from elsewhere",
       {"localhost:16680", "", "cross-site", "navigate"},
       true},
      {"a script from elsewhere",
       {"localhost:16680", "https://evil.example", "cross-site", "cors"},
       false},
      {"an image from elsewhere",
       {"localhost:16680", "", "cross-site", "no-cors"},
       false},
      {"another port of this machine",
       {"localhost:16680", "http://localhost:8080", "same-site", "cors"},
       false},
      {"a file", {"localhost:16680", "null", "cross-site", "cors"}, false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(MayAnswer(row.request, "box"), row.may_answer) << row.reason;
  }
}

}  // namespace
}  // namespace waybill
