// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_json_exporter.h"

#include <errno.h>
#include <fcntl.h>
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
    if (descriptor_ >= 0) close(descriptor_);
  }

  absl::Status Open() {
    if (descriptor_ >= 0) return absl::OkStatus();
    descriptor_ =
        open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (descriptor_ >= 0) return absl::OkStatus();
    return absl::ErrnoToStatus(errno, absl::StrCat("open ", Printable(path_)));
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
  const std::string path_;
  int descriptor_ = -1;
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
