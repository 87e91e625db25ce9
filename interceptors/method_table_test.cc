// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/interceptors/method_table.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

std::string NumberedMethod(size_t i) { return absl::StrCat("/s.S/M", i); }

TEST(MethodTableTest, FindsAMethodAgainWithAndWithoutTheSlash) {
  const RpcOptions options;
  MethodTable table(SpanKind::kServer, options);
  const MethodInfo& method = table.Find("/shop.Shop/Buy", true);
  EXPECT_EQ(method.method, "shop.Shop/Buy");
  EXPECT_EQ(method.span_template->name, "shop.Shop/Buy");
  EXPECT_EQ(method.span_template->kind, SpanKind::kServer);
  EXPECT_TRUE(method.traced);
  EXPECT_EQ(&table.Find("shop.Shop/Buy", true), &method);
  EXPECT_EQ(&table.Find("/shop.Shop/Buy", false), &method);
}

TEST(MethodTableTest, CallsAMethodOtherThatIsNotToBeAdded) {
  const RpcOptions options;
  MethodTable table(SpanKind::kServer, options);
  EXPECT_EQ(table.Find("/made.Up/Name", false).method, "_OTHER");
  EXPECT_EQ(table.Find("", false).method, "_OTHER");
}

TEST(MethodTableTest, KeepsAsManyMethodsAsItHasRoomFor) {
  const RpcOptions options;
  MethodTable table(SpanKind::kClient, options);
  for (size_t i = 0; i < MethodTable::kMaxMethods; ++i) {
    EXPECT_NE(table.Find(NumberedMethod(i), true).method, "_OTHER");
  }
  EXPECT_EQ(table.Find("/one.Too/Many", true).method, "_OTHER");
  // A lookup among as many as there can be finds each, and ends for others.
  for (size_t i = 0; i < MethodTable::kMaxMethods; ++i) {
    EXPECT_EQ("/" + table.Find(NumberedMethod(i), false).method,
              NumberedMethod(i));
  }
  EXPECT_EQ(table.Find("/one.Too/Many", false).method, "_OTHER");
}

TEST(MethodTableTest, KeepsNamesUpToALength) {
  const RpcOptions options;
  MethodTable table(SpanKind::kClient, options);
  const std::string longest(MethodTable::kMaxNameBytes, 'm');
  EXPECT_EQ(table.Find("/" + longest, true).method, longest);
  EXPECT_EQ(table.Find("/" + longest + "m", true).method, "_OTHER");
}

TEST(MethodTableTest, MatchesUntracedMethods) {
  RpcOptions options;
  options.untraced_methods = {"grpc.health.v1.Health/*", "/shop.Shop/Ping",
                              "shop.Cart*"};
  struct Row {
    const char* method;
    bool traced;
    const char* why;
  };
  const Row kRows[] = {
      {"/grpc.health.v1.Health/Check", false, "any method of a service"},
      {"/grpc.health.v1.Healthy/Check", true, "a longer service's name"},
      {"/shop.Shop/Ping", false, "one method; the pattern's slash is no part"},
      {"/shop.Shop/Pinger", true, "a longer method's name"},
      {"/shop.Shop/Pin", true, "a shorter method's name"},
      {"/shop.Carts/Add", false, "the star stands for anything"},
      {"/shop.Shop/Buy", true, "none of them"},
  };
  MethodTable table(SpanKind::kServer, options);
  for (const Row& row : kRows) {
    // First as a method that is not kept, then as one that is.
    EXPECT_EQ(table.Find(row.method, false).traced, row.traced) << row.why;
    EXPECT_EQ(table.Find(row.method, true).traced, row.traced) << row.why;
  }
}

TEST(MethodTableTest, GivesAllThreadsTheSameMethod) {
  const RpcOptions options;
  MethodTable table(SpanKind::kClient, options);
  constexpr size_t kThreads = 4;
  std::vector<std::vector<const MethodInfo*>> found(kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < 200; ++i) {
        found[t].push_back(&table.Find(NumberedMethod(i), true));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t t = 1; t < kThreads; ++t) EXPECT_EQ(found[t], found[0]);
  EXPECT_EQ(
      std::set<const MethodInfo*>(found[0].begin(), found[0].end()).size(),
      200u);
}

}  // namespace
}  // namespace waybill
