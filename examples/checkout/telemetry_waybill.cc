// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The demo's tracing, by Waybill: every line that a shop adds to its code is
// in this file.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <utility>

#include "examples/checkout/telemetry.h"
#include "waybill/waybill.h"

namespace checkout {
namespace {

// HTTP headers, as a propagator reads them.
class HeaderReader final : public waybill::CarrierReader {
 public:
  explicit HeaderReader(const HeaderLookup& headers) : headers_(headers) {}

  void Get(absl::string_view key,
           absl::FunctionRef<void(absl::string_view)> visit) const override {
    for (const std::string& value : headers_(std::string(key))) visit(value);
  }

 private:
  const HeaderLookup& headers_;
};

// A span of this kind that goes on with the trace that carrier names, or that
// begins one.
waybill::StartOptions Continue(waybill::SpanKind kind,
                               const waybill::CarrierReader& carrier) {
  waybill::Context context;
  waybill::W3cTraceContextPropagator().Extract(carrier, &context);
  waybill::StartOptions options;
  options.kind = kind;
  options.parent = context.span_context;
  return options;
}

}  // namespace

struct Telemetry::State {
  std::unique_ptr<waybill::Tracing> tracing;
};

struct ScopedSpan::State {
  State(const std::string& name, const waybill::StartOptions& options)
      : span(name, options) {}
  waybill::ScopedSpan span;
};

Telemetry::Telemetry(const std::string& service_name)
    : state_(std::make_unique<State>()) {
  waybill::Options options;
  options.service_name = service_name;
  absl::StatusOr<std::unique_ptr<waybill::Tracing>> tracing =
      waybill::Tracing::Start(std::move(options));
  if (!tracing.ok()) {
    std::fprintf(stderr, "waybill: not tracing: %s\n",
                 tracing.status().ToString().c_str());
    return;
  }
  state_->tracing = *std::move(tracing);
}

Telemetry::~Telemetry() = default;

void Telemetry::Install(grpc::ServerBuilder& builder) {
  if (state_->tracing == nullptr) return;
  builder.SetOption(state_->tracing->ServerOption());
}

std::shared_ptr<grpc::Channel> Telemetry::CreateChannel(
    const std::string& target) {
  auto credentials = grpc::InsecureChannelCredentials();
  return state_->tracing == nullptr
             ? grpc::CreateChannel(target, credentials)
             : state_->tracing->CreateChannel(target, credentials);
}

ScopedSpan::ScopedSpan(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
ScopedSpan::~ScopedSpan() = default;

void ScopedSpan::SetAttribute(const std::string& key,
                              const std::string& value) {
  state_->span->SetAttribute(key, value);
}

void ScopedSpan::SetAttribute(const std::string& key, int64_t value) {
  state_->span->SetAttribute(key, value);
}

void ScopedSpan::SetError(const std::string& what) {
  state_->span->SetError(what);
}

std::string ScopedSpan::TraceResponse() const {
  const waybill::SpanContext& context = state_->span->context();
  if (!context.IsValid()) return "";
  std::string text(waybill::kTraceparentChars, '\0');
  waybill::WriteTraceparent(context, text.data());
  return text;
}

ScopedSpan HttpServerSpan(const std::string& method, const std::string& path,
                          const HeaderLookup& headers) {
  auto state = std::make_unique<ScopedSpan::State>(
      method + " " + path,
      Continue(waybill::SpanKind::kServer, HeaderReader(headers)));
  state->span->SetAttributes(
      {{"http.request.method", method}, {"url.path", path}});
  return ScopedSpan(std::move(state));
}

ScopedSpan DatabaseSpan(const std::string& name, const std::string& system,
                        const std::string& operation) {
  waybill::StartOptions options;
  options.kind = waybill::SpanKind::kClient;
  auto state = std::make_unique<ScopedSpan::State>(name, options);
  state->span->SetAttributes(
      {{"db.system.name", system}, {"db.operation.name", operation}});
  return ScopedSpan(std::move(state));
}

void InjectContext(std::map<std::string, std::string>& properties) {
  waybill::MapWriter writer(&properties);
  waybill::W3cTraceContextPropagator().Inject(waybill::CurrentContext(),
                                              writer);
}

ScopedSpan ConsumerSpan(const std::string& name,
                        const std::map<std::string, std::string>& properties) {
  return ScopedSpan(std::make_unique<ScopedSpan::State>(
      name,
      Continue(waybill::SpanKind::kConsumer, waybill::MapReader(properties))));
}

}  // namespace checkout
