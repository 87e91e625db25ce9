// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_json_exporter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "waybill/exporters/otlp_json.h"
#include "waybill/exporters/printable.h"
#include "waybill/exporters/write_all.h"

namespace waybill {
namespace {

class OtlpJsonExporter final : public SpanExporter {
 public:
  explicit OtlpJsonExporter(std::string path) : path_(std::move(path)) {}
  ~OtlpJsonExporter() override {
    if (IsOpen()) close(descriptor_);
  }

  absl::Status Open() {
    if (IsOpen()) return absl::OkStatus();
    descriptor_ = OpenHighEnough();
    struct stat status = {};
    if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
      return absl::ErrnoToStatus(errno,
                                 absl::StrCat("open ", Printable(path_)));
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return absl::OkStatus();
  }

  ExportResult Export(const SpanBatch& batch) override {
    const absl::Status opened = Open();
    if (!opened.ok()) return {opened};
    line_.clear();
    if (broken_line_) line_.push_back('\n');
    AppendOtlpJson(batch, &line_);
    line_.push_back('\n');
    size_t written = 0;
    absl::Status status = WriteAll(descriptor_, line_, &written);
    if (written > 0) broken_line_ = !status.ok();
    return {std::move(status)};
  }

  std::unique_ptr<SpanExporter> CloneForFork() const override {
    return std::make_unique<OtlpJsonExporter>(path_);
  }
  std::string Description() const override { return Printable(path_); }

 private:
  // A program that becomes a daemon closes all descriptors that there are, and
  // the number may be that of a file of its own by now.
  bool IsOpen() const {
    struct stat status = {};
    return descriptor_ >= 0 && fstat(descriptor_, &status) == 0 &&
           status.st_dev == device_ && status.st_ino == inode_;
  }

  // Where a program was started without its standard output, the file must not
  // become that.
  int OpenHighEnough() const {
    const int low =
        open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (low < 0 || low > STDERR_FILENO) return low;
    const int high = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(low);
    return high;
  }

  const std::string path_;
  int descriptor_ = -1;
  dev_t device_ = 0;
  ino_t inode_ = 0;
  std::string line_;          // kept for its memory
  bool broken_line_ = false;  // the file ends, by our doing, within a line
};

}  // namespace

absl::StatusOr<std::unique_ptr<SpanExporter>> MakeOtlpJsonExporter(
    std::string path) {
  auto exporter = std::make_unique<OtlpJsonExporter>(std::move(path));
  const absl::Status status = exporter->Open();
  if (!status.ok()) return status;
  return exporter;
}

}  // namespace waybill
