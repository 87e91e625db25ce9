// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/stock.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "examples/checkout/stores.h"

namespace checkout {
namespace {

constexpr std::chrono::milliseconds kQuick(10);
constexpr std::chrono::minutes kForEver(10);

bool Never() { return false; }

// One PostgreSQL for all of these tests: it takes too long to start for more.
class StockTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    char folder[] = "/tmp/stock-XXXXXX";
    ASSERT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    absl::StatusOr<Stores> stores = Stores::Start(folder_);
    ASSERT_TRUE(stores.ok()) << stores.status();
    stores_ = new Stores(*std::move(stores));
    ASSERT_TRUE(Stock(stores_->postgres_folder()).CreateTables().ok());
  }

  static void TearDownTestSuite() {
    delete stores_;
    std::filesystem::remove_all(folder_);
  }

  static std::string Database() { return stores_->postgres_folder(); }

  // The one value that the query returns.
  static std::string Select(const std::string& query) {
    PGconn* const connection = PQconnectdb(
        ("host=" + Database() + " user=postgres dbname=postgres").c_str());
    PGresult* const result = PQexec(connection, query.c_str());
    const std::string value =
        PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    PQfinish(connection);
    return value;
  }

  static std::string Mugs() {
    return Select("SELECT quantity FROM stock WHERE item = 'mug'");
  }
  static std::string Reserved(const std::string& order_id) {
    return Select("SELECT quantity FROM reservation WHERE order_id = '" +
                  order_id + "'");
  }

 private:
  static std::string folder_;
  static Stores* stores_;
};

std::string StockTest::folder_;
Stores* StockTest::stores_ = nullptr;

TEST_F(StockTest, TakesWhatIsReservedOffTheShelf) {
  const int before = std::stoi(Mugs());
  const absl::Status status =
      Stock(Database()).Reserve({"taken", "mug", 3}, kQuick, Never);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Mugs(), std::to_string(before - 3));
  EXPECT_EQ(Reserved("taken"), "3");
}

TEST_F(StockTest, RefusesMoreThanThereIs) {
  const absl::Status status =
      Stock(Database()).Reserve({"too-much", "unicorn", 1}, kQuick, Never);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_EQ(Reserved("too-much"), "");
}

TEST_F(StockTest, ReservesNothingWhenCancelledWhileTheQueryRuns) {
  const std::string before = Mugs();
  // Becomes true only when the database is seen to be at it.
  const auto cancelled = [] {
    return Select(
               "SELECT count(*) FROM pg_stat_activity WHERE query LIKE "
               "'SELECT pg_sleep%' AND state = 'active'") == "1";
  };
  const absl::Status status =
      Stock(Database()).Reserve({"given-up", "mug", 1}, kForEver, cancelled);
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(Mugs(), before);
  EXPECT_EQ(Reserved("given-up"), "");
}

TEST_F(StockTest, TakesNothingForAnOrderThatHasItsReservation) {
  Stock stock(Database());
  ASSERT_TRUE(stock.Reserve({"twice", "mug", 1}, kQuick, Never).ok());
  const std::string before = Mugs();
  const absl::Status status = stock.Reserve({"twice", "mug", 1}, kQuick, Never);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(Mugs(), before);
}

TEST_F(StockTest, SaysSoWhenThereIsNoDatabase) {
  EXPECT_TRUE(absl::IsUnavailable(
      Stock("/nowhere").Reserve({"lost", "mug", 1}, kQuick, Never)));
}

}  // namespace
}  // namespace checkout
