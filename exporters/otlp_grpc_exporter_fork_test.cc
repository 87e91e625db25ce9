// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// In a binary of its own, because it begins before gRPC was ever used.

#include <grpc/grpc.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "waybill/exporters/fake_collector_for_test.h"
#include "waybill/exporters/otlp_grpc_exporter.h"
#include "waybill/exporters/span_batch_for_test.h"

namespace waybill {
namespace {

std::unique_ptr<SpanExporter> Make(const std::string& endpoint) {
  OtlpGrpcOptions options;
  options.endpoint = endpoint;
  auto exporter = MakeOtlpGrpcExporter(std::move(options));
  EXPECT_TRUE(exporter.ok()) << exporter.status();
  return *std::move(exporter);
}

bool ExportsASpan(SpanExporter& exporter) {
  ExportResult result;
  WithSpanBatch(
      [](Tracer& tracer) { tracer.StartSpan("work").End(); },
      [&](const SpanBatch& batch) { result = exporter.Export(batch); });
  return result.status.ok();
}

// Whether run() is true in a child.
bool InAChild(const std::function<bool()>& run) {
  const pid_t child = fork();
  if (child == 0) _exit(run() ? 0 : 1);
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(OtlpGrpcExporterForkTest, AChildExportsUnlessGrpcWasInUseAtTheFork) {
  const std::string socket =
      "unix:/tmp/waybill-fork-test-" + std::to_string(getpid());
  const std::unique_ptr<SpanExporter> exporter = Make(socket);
  ASSERT_FALSE(grpc_is_initialized()) << "making an exporter opened something";

  EXPECT_TRUE(InAChild([&] {
    FakeCollector collector(nullptr, grpc::InsecureServerCredentials(),
                            [&](grpc::ServerBuilder* builder) {
                              builder->AddListeningPort(
                                  socket, grpc::InsecureServerCredentials());
                            });
    const std::unique_ptr<SpanExporter> own = exporter->CloneForFork();
    return own != nullptr && ExportsASpan(*own) &&
           collector.calls().size() == 1;
  }));

  FakeCollector collector;
  const std::unique_ptr<SpanExporter> used =
      Make("http://" + collector.address());
  EXPECT_TRUE(ExportsASpan(*used));
  EXPECT_TRUE(InAChild([&] { return used->CloneForFork() == nullptr; }));
  EXPECT_TRUE(InAChild([&] { return exporter->CloneForFork() == nullptr; }))
      << "it is not only the exporter's own use that counts";
  EXPECT_TRUE(ExportsASpan(*used)) << "the parent goes on";
}

}  // namespace
}  // namespace waybill
