// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/recorder/sampler.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace waybill {
namespace {

class AlwaysOnSampler final : public Sampler {
 public:
  bool ShouldSample(const SamplingParameters&) const override { return true; }
  Always ForRoots() const override { return Always::kRecord; }
  std::string Description() const override { return "AlwaysOn"; }
};

class AlwaysOffSampler final : public Sampler {
 public:
  bool ShouldSample(const SamplingParameters&) const override { return false; }
  Always ForRoots() const override { return Always::kDrop; }
  std::string Description() const override { return "AlwaysOff"; }
};

class TraceIdRatioSampler final : public Sampler {
 public:
  explicit TraceIdRatioSampler(double ratio)
      : ratio_(std::isnan(ratio) ? 0 : std::min(std::max(ratio, 0.0), 1.0)),
        reject_below_(static_cast<uint64_t>((1 - ratio_) * kRandomValues)) {}

  bool ShouldSample(const SamplingParameters& parameters) const override {
    return (parameters.trace_id.low() & (kRandomValues - 1)) >= reject_below_;
  }
  std::string Description() const override {
    return absl::StrCat("TraceIdRatioBased{", ratio_, "}");
  }

 private:
  static constexpr uint64_t kRandomValues = uint64_t{1} << 56;

  const double ratio_;
  const uint64_t reject_below_;
};

class ParentBasedSampler final : public Sampler {
 public:
  explicit ParentBasedSampler(std::unique_ptr<Sampler> root)
      : root_(std::move(root)) {}

  bool ShouldSample(const SamplingParameters& parameters) const override {
    return parameters.parent.IsValid() ? parameters.parent.IsSampled()
                                       : root_->ShouldSample(parameters);
  }
  Always ForRoots() const override { return root_->ForRoots(); }
  Always ForSampledParents() const override { return Always::kRecord; }
  Always ForUnsampledParents() const override { return Always::kDrop; }
  std::string Description() const override {
    return absl::StrCat("ParentBased{", root_->Description(), "}");
  }

 private:
  const std::unique_ptr<Sampler> root_;
};

}  // namespace

std::unique_ptr<Sampler> AlwaysOn() {
  return std::make_unique<AlwaysOnSampler>();
}

std::unique_ptr<Sampler> AlwaysOff() {
  return std::make_unique<AlwaysOffSampler>();
}

std::unique_ptr<Sampler> TraceIdRatioBased(double ratio) {
  return std::make_unique<TraceIdRatioSampler>(ratio);
}

std::unique_ptr<Sampler> ParentBased(std::unique_ptr<Sampler> root) {
  return std::make_unique<ParentBasedSampler>(std::move(root));
}

}  // namespace waybill
