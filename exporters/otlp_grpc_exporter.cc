// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/otlp_grpc_exporter.h"

#include <grpc/grpc.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "waybill/exporters/export_control.h"
#include "waybill/exporters/otlp_endpoint.h"
#include "waybill/exporters/otlp_response.h"
#include "waybill/exporters/printable.h"
#include "waybill/exporters/scope.h"
#include "waybill/exporters/untraced_call.h"

namespace waybill {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr char kMethod[] =
    "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr absl::Duration kMaxBackoff = absl::Seconds(5);
// Of a backend's text, in a message of ours.
constexpr size_t kMaxMessageBytes = 300;

// Whether gRPC was in use when this process last began to fork. It is asked
// before the fork, because the answer takes one of gRPC's locks.
std::atomic<bool> grpc_in_use_at_fork{false};

void WatchForks() {
  static const int watching = pthread_atfork(
      [] { grpc_in_use_at_fork.store(grpc_is_initialized() != 0); }, nullptr,
      nullptr);
  static_cast<void>(watching);
}

// OTLP's list. RESOURCE_EXHAUSTED is final unless the backend says when it
// will have recovered.
bool IsRetryable(grpc::StatusCode code, bool has_retry_delay) {
  switch (code) {
    case grpc::CANCELLED:
    case grpc::DEADLINE_EXCEEDED:
    case grpc::ABORTED:
    case grpc::OUT_OF_RANGE:
    case grpc::UNAVAILABLE:
    case grpc::DATA_LOSS:
      return true;
    case grpc::RESOURCE_EXHAUSTED:
      return has_retry_delay;
    default:
      return false;
  }
}

std::string ShortText(absl::string_view untrusted) {
  return Printable(untrusted.substr(0, kMaxMessageBytes));
}

// "failed to connect to all addresses; last error: UNKNOWN:
// ipv4:127.0.0.1:4317: Failed to connect to remote host: Connection refused" is
// long for what it says, next to an address that we name anyway.
absl::string_view WithoutPreamble(absl::string_view message) {
  constexpr absl::string_view kPreamble = "Failed to connect to remote host: ";
  const size_t at = message.rfind(kPreamble);
  if (at == absl::string_view::npos) return message;
  return message.substr(at + kPreamble.size());
}

absl::Status ToAbslStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                      ShortText(WithoutPreamble(status.error_message())));
}

// gRPC aborts the process for a header that it cannot send.
absl::Status CheckHeader(const std::string& key, const std::string& value) {
  const auto legal = [](const std::string& text, int (*check)(grpc_slice)) {
    return check(grpc_slice_from_static_buffer(text.data(), text.size())) != 0;
  };
  if (!legal(key, grpc_header_key_is_legal)) {
    return absl::InvalidArgumentError(
        absl::StrCat("headers: \"", Printable(key), "\" is no header's name"));
  }
  // The value may be a secret: it is not repeated.
  if (grpc_is_binary_header(
          grpc_slice_from_static_buffer(key.data(), key.size())) == 0 &&
      !legal(value, grpc_header_nonbin_value_is_legal)) {
    return absl::InvalidArgumentError(
        absl::StrCat("headers: the value of \"", key,
                     "\" has a character that is not printable ASCII"));
  }
  return absl::OkStatus();
}

// What is opened by the first Export().
struct Connection {
  Connection(const OtlpEndpoint& endpoint, const OtlpGrpcOptions& options);
  ~Connection();

  grpc::CompletionQueue queue;
  grpc::GenericStub stub;
};

std::shared_ptr<grpc::Channel> MakeChannel(const OtlpEndpoint& endpoint,
                                           const OtlpGrpcOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Nobody but the options says how to call.
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // A backend that comes back is found again soon; gRPC's own limit is two
  // minutes.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetUserAgentPrefix(absl::StrCat(kScopeName, "/", kScopeVersion));
  return grpc::CreateCustomChannel(
      endpoint.target,
      endpoint.secure ? grpc::SslCredentials({options.root_certificates_pem,
                                              options.client_key_pem,
                                              options.client_certificate_pem})
                      : grpc::InsecureChannelCredentials(),
      arguments);
}

Connection::Connection(const OtlpEndpoint& endpoint,
                       const OtlpGrpcOptions& options)
    : stub(MakeChannel(endpoint, options)) {}

Connection::~Connection() {
  queue.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue.Next(&tag, &ok)) continue;
}

class OtlpGrpcExporter final : public SpanExporter {
 public:
  OtlpGrpcExporter(OtlpEndpoint endpoint, OtlpGrpcOptions options)
      : endpoint_(std::move(endpoint)),
        options_(std::move(options)),
        encoder_(options_.max_request_bytes) {}

  ExportResult Export(const SpanBatch& batch) override;
  void StopRetrying() override { control_.StopRetrying(); }
  void Cancel() override { control_.Cancel(); }
  std::unique_ptr<SpanExporter> CloneForFork() const override {
    if (grpc_in_use_at_fork.load()) return nullptr;
    return std::make_unique<OtlpGrpcExporter>(endpoint_, options_);
  }
  std::string Description() const override {
    return absl::StrCat("OTLP/gRPC ", endpoint_.address);
  }

 private:
  struct Answer {
    grpc::Status status;
    std::string bytes;
  };

  Answer Send(absl::string_view request, SteadyTime deadline);
  Answer Call(const grpc::ByteBuffer& request, SteadyTime deadline);
  bool WaitForRetry(const grpc::Status& status, SteadyTime deadline,
                    absl::Duration* backoff);

  const OtlpEndpoint endpoint_;
  const OtlpGrpcOptions options_;

  ExportControl control_;

  // The exporting thread's own.
  OtlpEncoder encoder_;
  std::unique_ptr<Connection> connection_;  // null before the first Export()
  std::minstd_rand random_{std::random_device()()};
};

// The sum over a batch's requests.
class BatchResult {
 public:
  void AddTooLarge(uint64_t spans) {
    if (spans == 0) return;
    AddFailed(spans, absl::OutOfRangeError("larger than max_request_bytes"));
  }
  void AddFailed(uint64_t spans, absl::Status status) {
    lost_ += spans;
    if (status_.ok()) status_ = std::move(status);
  }
  void AddAnswer(uint64_t spans, const PartialSuccess& answer) {
    any_accepted_ = true;
    lost_ += std::min(spans, static_cast<uint64_t>(answer.rejected_spans));
    if (!answer.error_message.empty()) {
      rejection_ = ShortText(answer.error_message);
    }
  }
  ExportResult Get() const {
    if (!any_accepted_) return {status_};
    return {absl::OkStatus(), lost_,
            status_.ok() ? rejection_ : status_.ToString()};
  }

 private:
  bool any_accepted_ = false;
  uint64_t lost_ = 0;
  absl::Status status_;    // the first error
  std::string rejection_;  // the last one that gave a reason
};

ExportResult OtlpGrpcExporter::Export(const SpanBatch& batch) {
  if (connection_ == nullptr) {
    connection_ = std::make_unique<Connection>(endpoint_, options_);
  }
  const SteadyTime deadline = std::chrono::steady_clock::now() +
                              absl::ToChronoNanoseconds(options_.timeout);
  BatchResult result;
  result.AddTooLarge(
      encoder_.Encode(batch, [&](absl::string_view request, size_t spans) {
        const Answer answer = Send(request, deadline);
        if (answer.status.ok()) {
          result.AddAnswer(spans, ParseExportResponse(answer.bytes));
        } else {
          result.AddFailed(spans, ToAbslStatus(answer.status));
        }
      }));
  return result.Get();
}

OtlpGrpcExporter::Answer OtlpGrpcExporter::Send(absl::string_view request,
                                                SteadyTime deadline) {
  // A copy, since gRPC may hold it for a while after a call was cancelled.
  const grpc::Slice slice(request.data(), request.size());
  const grpc::ByteBuffer buffer(&slice, 1);
  absl::Duration backoff = options_.initial_backoff;
  while (true) {
    Answer answer = Call(buffer, deadline);
    if (answer.status.ok() ||
        !WaitForRetry(answer.status, deadline, &backoff)) {
      return answer;
    }
  }
}

OtlpGrpcExporter::Answer OtlpGrpcExporter::Call(const grpc::ByteBuffer& request,
                                                SteadyTime deadline) {
  grpc::ClientContext context;
  MarkUntraced(&context);
  context.set_deadline(std::chrono::system_clock::now() +
                       (deadline - std::chrono::steady_clock::now()));
  for (const auto& [key, value] : options_.headers) {
    context.AddMetadata(key, value);
  }
  if (options_.gzip) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  if (!control_.BeginCall([&context] { context.TryCancel(); })) {
    return {grpc::Status(grpc::CANCELLED, "the exporter was cancelled"), ""};
  }
  grpc::ByteBuffer response;
  Answer answer;
  const auto call = connection_->stub.PrepareUnaryCall(
      &context, kMethod, request, &connection_->queue);
  call->StartCall();
  call->Finish(&response, &answer.status, this);
  void* tag = nullptr;
  bool ok = false;
  connection_->queue.Next(&tag, &ok);
  control_.EndCall();
  std::vector<grpc::Slice> slices;
  if (answer.status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      answer.bytes.append(reinterpret_cast<const char*>(slice.begin()),
                          slice.size());
    }
  }
  return answer;
}

// Whether there should be another try, after having waited for its time.
bool OtlpGrpcExporter::WaitForRetry(const grpc::Status& status,
                                    SteadyTime deadline,
                                    absl::Duration* backoff) {
  const absl::optional<absl::Duration> wanted =
      ParseRetryDelay(status.error_details());
  if (!IsRetryable(status.error_code(), wanted.has_value())) return false;
  const double jitter =
      std::uniform_real_distribution<double>(0.5, 1.5)(random_);
  const absl::Duration pause = wanted.value_or(*backoff * jitter);
  *backoff = std::min(*backoff * 2, kMaxBackoff);
  // A pause that would outlast the time-out is not begun.
  if (absl::FromChrono(deadline - std::chrono::steady_clock::now()) <= pause) {
    return false;
  }
  return control_.Pause(pause);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SpanExporter>> MakeOtlpGrpcExporter(
    OtlpGrpcOptions options) {
  absl::StatusOr<OtlpEndpoint> endpoint =
      ParseOtlpEndpoint(options.endpoint, options.insecure);
  if (!endpoint.ok()) return endpoint.status();
  for (auto& [key, value] : options.headers) {
    absl::AsciiStrToLower(&key);
    const absl::Status status = CheckHeader(key, value);
    if (!status.ok()) return status;
  }
  if (options.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("timeout: must be more than nothing");
  }
  if (options.client_certificate_pem.empty() !=
      options.client_key_pem.empty()) {
    return absl::InvalidArgumentError(
        "client_certificate_pem, client_key_pem: one needs the other");
  }
  // A time that clocks can be moved by.
  options.timeout = std::min(options.timeout, absl::Hours(24));
  WatchForks();
  return std::make_unique<OtlpGrpcExporter>(*std::move(endpoint),
                                            std::move(options));
}

}  // namespace waybill
