// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/console_exporter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "waybill/exporters/span_batch_for_test.h"

namespace waybill {
namespace {

using ::testing::HasSubstr;

const TraceId kTrace = TraceId::FromHex("4bf92f3577b34da6a3ce929d0e0e4736");

std::string Printed(const std::function<void(Tracer&)>& record) {
  FILE* const file = tmpfile();
  const auto exporter = MakeConsoleExporter(fileno(file));
  WithSpanBatch(record, [&](const SpanBatch& batch) {
    EXPECT_TRUE(exporter->Export(batch).status.ok());
  });
  std::string text;
  rewind(file);
  for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
    text.push_back(static_cast<char>(c));
  }
  fclose(file);
  return text;
}

Span Start(Tracer& tracer, absl::string_view name, const SpanContext& parent,
           SpanKind kind = SpanKind::kInternal) {
  StartOptions options;
  options.parent = parent;
  options.kind = kind;
  return tracer.StartSpan(name, options);
}

// Each look at the clock is 0.001 ms after the one before.
TEST(ConsoleExporterTest, PrintsATreeForEachTrace) {
  std::string other_trace;
  const std::string text = Printed([&](Tracer& tracer) {
    Span server = Start(tracer, "POST /checkout",
                        SpanContext(kTrace, SpanId(9), kSampledFlag, true),
                        SpanKind::kServer);
    Span first = Start(tracer, "auth", server.context(), SpanKind::kClient);
    Span second =
        Start(tracer, "charge", server.context(), SpanKind::kProducer);
    Span inner = Start(tracer, "query", first.context());
    Span root = tracer.StartSpan("cron", {SpanKind::kConsumer, {}, {}});
    other_trace = root.context().trace_id().ToHex();
    second.SetError("card declined");
    inner.SetError("");
    first.SetOk();
    inner.End();
    root.End();
    second.End();
    first.End();
    server.End();
  });
  EXPECT_EQ(text,
            absl::StrCat("trace 4bf92f3577b34da6a3ce929d0e0e4736\n"
                         "  POST /checkout SERVER 0.009 ms (parent elsewhere)\n"
                         "    auth CLIENT 0.007 ms OK\n"
                         "      query INTERNAL 0.002 ms ERROR\n"
                         "    charge PRODUCER 0.005 ms ERROR: card declined\n"
                         "trace ",
                         other_trace,
                         "\n"
                         "  cron CONSUMER 0.002 ms\n"));
}

TEST(ConsoleExporterTest, EscapesControlCharacters) {
  const std::string text = Printed([](Tracer& tracer) {
    Span span = tracer.StartSpan("a\x1b[2J");
    span.SetError("b\nc");
  });
  EXPECT_THAT(text,
              HasSubstr("  a\\x1b[2J INTERNAL 0.001 ms ERROR: b\\x0ac\n"));
}

TEST(ConsoleExporterTest, PrintsAVeryDeepTraceInLinesOfLimitedLength) {
  constexpr int kDepth = 5000;
  const std::string text = Printed([](Tracer& tracer) {
    std::vector<Span> open;
    SpanContext parent;
    for (int i = 0; i < kDepth; ++i) {
      open.push_back(Start(tracer, absl::StrCat("s", i), parent));
      parent = open.back().context();
    }
  });
  EXPECT_THAT(text, HasSubstr("\n    s1 INTERNAL"));
  EXPECT_THAT(text, HasSubstr(absl::StrCat("\n", std::string(80, ' '), "s",
                                           kDepth - 1, " INTERNAL")));
}

TEST(ConsoleExporterTest, FailsWhereNothingCanBeWritten) {
  for (const int flags : {O_RDONLY, O_WRONLY}) {
    const int descriptor =
        open(flags == O_RDONLY ? "/dev/null" : "/dev/full", flags);
    ASSERT_GE(descriptor, 0);
    const auto exporter = MakeConsoleExporter(descriptor);
    WithSpanBatch([](Tracer& tracer) { tracer.StartSpan("work").End(); },
                  [&](const SpanBatch& batch) {
                    EXPECT_FALSE(exporter->Export(batch).status.ok());
                  });
    close(descriptor);
  }
}

// The recorder's thread blocks SIGPIPE, which would end the program.
TEST(ConsoleExporterTest, SurvivesAPipeThatNobodyReads) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  close(pipe_ends[0]);
  const auto exporter = MakeConsoleExporter(pipe_ends[1]);
  WithSpanBatch([](Tracer& tracer) { tracer.StartSpan("work").End(); },
                [&](const SpanBatch& batch) {
                  EXPECT_FALSE(exporter->Export(batch).status.ok());
                });
  close(pipe_ends[1]);
}

// A pipe takes 64 KiB at a time; the rest has to wait for the reader.
TEST(ConsoleExporterTest, WaitsForASlowReaderOfADescriptorThatDoesNotBlock) {
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_NONBLOCK), 0);
  const auto exporter = MakeConsoleExporter(pipe_ends[1]);
  std::string text;
  WithSpanBatch(
      [](Tracer& tracer) {
        for (int i = 0; i < 3; ++i) {
          tracer.StartSpan("work").UpdateName(std::string(60000, 'x'));
        }
      },
      [&](const SpanBatch& batch) {
        std::thread reader([&] {
          char buffer[4096];
          while (text.size() < 180000 || text.back() != '\n') {
            const ssize_t size = read(pipe_ends[0], buffer, sizeof(buffer));
            if (size > 0) text.append(buffer, static_cast<size_t>(size));
          }
        });
        EXPECT_TRUE(exporter->Export(batch).status.ok());
        reader.join();
      });
  EXPECT_THAT(text, HasSubstr(std::string(60000, 'x') + " INTERNAL"));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(ConsoleExporterTest, AForkedChildWritesToTheSamePlace) {
  EXPECT_NE(MakeConsoleExporter()->CloneForFork(), nullptr);
}

}  // namespace
}  // namespace waybill
