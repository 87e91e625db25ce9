// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "examples/checkout/stores.h"

#include <postgresql/libpq-fe.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "examples/checkout/redis.h"

namespace checkout {
namespace {

// Debian keeps PostgreSQL's server programs out of the PATH, in one folder a
// version.
std::string PostgresProgram(const std::string& program) {
  const std::filesystem::path versions = "/usr/lib/postgresql";
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& version :
       std::filesystem::directory_iterator(versions, error)) {
    const std::filesystem::path path = version.path() / "bin" / program;
    if (std::filesystem::exists(path, error)) found.push_back(path);
  }
  return found.empty() ? program
                       : *std::max_element(found.begin(), found.end());
}

// PostgreSQL refuses to run as root. Debian's package makes a user for it.
std::string PostgresUser() { return geteuid() == 0 ? "postgres" : ""; }

}  // namespace

absl::StatusOr<Stores> Stores::Start(const std::string& folder) {
  Stores stores;
  stores.folder_ = folder;
  stores.postgres_folder_ = folder + "/pg";
  stores.redis_socket_ = folder + "/redis.sock";
  absl::Status status = stores.StartRedis();
  if (status.ok()) status = stores.StartPostgres();
  if (!status.ok()) return status;
  return stores;
}

absl::Status Stores::CheckRunning() const {
  const absl::Status status = postgres_->CheckRunning();
  return status.ok() ? redis_->CheckRunning() : status;
}

absl::Status Stores::StartPostgres() {
  std::error_code error;
  std::filesystem::create_directory(postgres_folder_, error);
  const std::string user = PostgresUser();
  if (!user.empty()) {
    const passwd* const entry = getpwnam(user.c_str());
    if (entry == nullptr) {
      return absl::FailedPreconditionError(
          "PostgreSQL does not run as root, and there is no user " + user);
    }
    if (chown(postgres_folder_.c_str(), entry->pw_uid, entry->pw_gid) != 0 ||
        // The way to a folder must be open to those who may enter it.
        chmod(folder_.c_str(), 0711) != 0) {
      return absl::InternalError("cannot give " + postgres_folder_ + " to " +
                                 user);
    }
  }
  const std::string data = postgres_folder_ + "/data";
  absl::StatusOr<std::unique_ptr<Process>> initdb = Process::Start(
      {"initdb",
       {PostgresProgram("initdb"), "-D", data, "-U", "postgres", "-A", "trust",
        "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"},
       {},
       folder_ + "/initdb.log",
       user});
  if (!initdb.ok()) return initdb.status();
  const absl::Status made = (*initdb)->WaitForSuccess();
  if (!made.ok()) return made;

  absl::StatusOr<std::unique_ptr<Process>> postgres = Process::Start(
      {"postgresql",
       // It lives for a minute and its data may be lost: no fsync, and no more
       // helpers than needed.
       {PostgresProgram("postgres"), "-D", data, "-c", "listen_addresses=",
        "-c", "unix_socket_directories=" + postgres_folder_, "-c", "fsync=off",
        "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c",
        "autovacuum=off", "-c", "max_connections=50", "-c",
        "shared_buffers=16MB"},
       {},
       folder_ + "/postgresql.log",
       user,
       SIGINT});  // "fast": ends connections instead of waiting for them.
  if (!postgres.ok()) return postgres.status();
  postgres_ = *std::move(postgres);
  const std::string server =
      "host=" + postgres_folder_ + " user=postgres dbname=postgres";
  return postgres_->WaitUntil(
      [&] { return PQping(server.c_str()) == PQPING_OK; });
}

absl::Status Stores::StartRedis() {
  absl::StatusOr<std::unique_ptr<Process>> redis = Process::Start(
      {"redis",
       {"redis-server", "--port", "0", "--unixsocket", redis_socket_, "--save",
        "", "--appendonly", "no", "--daemonize", "no", "--dir", folder_},
       {},
       folder_ + "/redis.log"});
  if (!redis.ok()) return redis.status();
  redis_ = *std::move(redis);
  return redis_->WaitUntil(
      [&] { return Redis(redis_socket_).Command({"PING"}) != nullptr; });
}

}  // namespace checkout
