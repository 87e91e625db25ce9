// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/stock.h"

#include <poll.h>

#include <cstdlib>
#include <thread>
#include <utility>

namespace checkout {
namespace {

// A cancelled call is noticed within this time.
constexpr int kCancelPollMs = 5;
// What the reservation's statements take on their own, more or less.
constexpr std::chrono::milliseconds kStatementsTime(5);

struct FreeResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, FreeResult>;

}  // namespace

Stock::Stock(const std::string& socket_folder)
    : connection_(PQconnectdb(
          ("host=" + socket_folder + " user=postgres dbname=postgres")
              .c_str())) {}

absl::Status Stock::CreateTables() {
  const Result result(
      PQexec(connection_.get(),
             "SET client_min_messages = warning;"
             "CREATE TABLE IF NOT EXISTS stock ("
             "  item text PRIMARY KEY, quantity integer CHECK (quantity >= 0));"
             "CREATE TABLE IF NOT EXISTS reservation ("
             "  order_id text PRIMARY KEY, item text, quantity integer);"
             "INSERT INTO stock VALUES ('mug', 1000000), ('unicorn', 0)"
             "  ON CONFLICT DO NOTHING;"));
  return PQresultStatus(result.get()) == PGRES_COMMAND_OK ? absl::OkStatus()
                                                          : Failed();
}

absl::Status Stock::Reserve(const Reservation& reservation,
                            std::chrono::milliseconds service_time,
                            const Cancelled& cancelled) {
  const auto end = std::chrono::steady_clock::now() + service_time;
  const std::string quantity = std::to_string(reservation.quantity);
  const std::string sleep_seconds = std::to_string(
      std::chrono::duration<double>(service_time - kStatementsTime).count());
  int rows = 0;
  absl::Status status = Run("BEGIN", {}, cancelled);
  // The slow part comes before the row's lock, which orders then hold shortly.
  if (status.ok()) {
    status = Run("SELECT pg_sleep($1)", {sleep_seconds}, cancelled);
  }
  if (status.ok()) {
    status =
        Run("SELECT quantity FROM stock WHERE item = $1 AND quantity >= $2 "
            "FOR UPDATE",
            {reservation.item, quantity}, cancelled, &rows);
  }
  if (status.ok() && rows == 0) {
    status = absl::ResourceExhaustedError("sold out");
  }
  if (status.ok()) {
    status = Run("UPDATE stock SET quantity = quantity - $2 WHERE item = $1",
                 {reservation.item, quantity}, cancelled);
  }
  if (status.ok()) {
    status = Run("INSERT INTO reservation VALUES ($1, $2, $3)",
                 {reservation.order_id, reservation.item, quantity}, cancelled);
  }
  if (!status.ok()) {
    Run("ROLLBACK", {}, [] { return false; }).IgnoreError();
    return status;
  }
  status = Run("COMMIT", {}, [] { return false; });
  std::this_thread::sleep_until(end);
  return status;
}

absl::Status Stock::Run(const std::string& statement,
                        const std::vector<std::string>& values,
                        const Cancelled& cancelled, int* rows) {
  std::vector<const char*> parameters;
  for (const std::string& value : values) parameters.push_back(value.c_str());
  if (PQsendQueryParams(connection_.get(), statement.c_str(),
                        static_cast<int>(parameters.size()), nullptr,
                        parameters.data(), nullptr, nullptr, 0) != 1) {
    return Failed();
  }
  absl::Status status = Await(cancelled);
  // PQgetResult() must be called until there is no more, whatever happened.
  while (const Result result{PQgetResult(connection_.get())}) {
    const ExecStatusType outcome = PQresultStatus(result.get());
    if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK) {
      status.Update(Failed());
    } else if (rows != nullptr) {
      *rows = PQntuples(result.get());
    }
  }
  return status;
}

absl::Status Stock::Await(const Cancelled& cancelled) {
  while (PQisBusy(connection_.get()) == 1) {
    if (cancelled()) {
      char error[256];
      PGcancel* const cancel = PQgetCancel(connection_.get());
      PQcancel(cancel, error, sizeof(error));
      PQfreeCancel(cancel);
      return absl::CancelledError("cancelled while the query ran");
    }
    pollfd socket = {PQsocket(connection_.get()), POLLIN, 0};
    if (poll(&socket, 1, kCancelPollMs) > 0 &&
        PQconsumeInput(connection_.get()) != 1) {
      return Failed();
    }
  }
  return absl::OkStatus();
}

absl::Status Stock::Failed() const {
  return absl::UnavailableError(PQerrorMessage(connection_.get()));
}

}  // namespace checkout
