// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// opentelemetry-cpp as its documentation sets it up, with a batch processor and
// an exporter that throws spans away.
#ifndef WAYBILL_TOOLS_PEER_OTEL_PROVIDER_H_
#define WAYBILL_TOOLS_PEER_OTEL_PROVIDER_H_

#include <opentelemetry/exporters/otlp/otlp_grpc_exporter_factory.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/batch_span_processor_factory.h>
#include <opentelemetry/sdk/trace/batch_span_processor_options.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/sampler.h>
#include <opentelemetry/sdk/trace/samplers/always_off_factory.h>
#include <opentelemetry/sdk/trace/samplers/always_on_factory.h>
#include <opentelemetry/sdk/trace/samplers/parent_factory.h>
#include <opentelemetry/sdk/trace/span_data.h>
#include <opentelemetry/sdk/trace/tracer_provider.h>
#include <opentelemetry/sdk/trace/tracer_provider_factory.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace waybill {

class NullExporter final : public opentelemetry::sdk::trace::SpanExporter {
 public:
  // otlp: spans are recorded as the OTLP exporter has them recorded.
  explicit NullExporter(bool otlp) {
    if (otlp) {
      maker_ = opentelemetry::exporter::otlp::OtlpGrpcExporterFactory::Create();
    }
  }

  std::unique_ptr<opentelemetry::sdk::trace::Recordable>
  MakeRecordable() noexcept override {
    if (maker_ != nullptr) return maker_->MakeRecordable();
    return std::make_unique<opentelemetry::sdk::trace::SpanData>();
  }
  opentelemetry::sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<
          std::unique_ptr<opentelemetry::sdk::trace::Recordable>>&) noexcept
      override {
    return opentelemetry::sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  std::unique_ptr<opentelemetry::sdk::trace::SpanExporter> maker_;
};

// variant: "sampled", "otlp" or "unsampled".
inline std::shared_ptr<opentelemetry::sdk::trace::TracerProvider> MakeProvider(
    const std::string& variant) {
  namespace trace = opentelemetry::sdk::trace;
  std::shared_ptr<trace::Sampler> root =
      variant == "unsampled" ? trace::AlwaysOffSamplerFactory::Create()
                             : trace::AlwaysOnSamplerFactory::Create();
  return trace::TracerProviderFactory::Create(
      trace::BatchSpanProcessorFactory::Create(
          std::make_unique<NullExporter>(variant == "otlp"),
          trace::BatchSpanProcessorOptions()),
      opentelemetry::sdk::resource::Resource::Create({}),
      trace::ParentBasedSamplerFactory::Create(root));
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_PEER_OTEL_PROVIDER_H_
