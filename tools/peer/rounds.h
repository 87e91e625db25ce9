// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What the programs of this folder have in common: what they measure, and how.
#ifndef WAYBILL_TOOLS_PEER_ROUNDS_H_
#define WAYBILL_TOOLS_PEER_ROUNDS_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <vector>

namespace waybill {

// A span has these attributes and four numbers.
inline constexpr char kService[] = "echo.EchoService";
inline constexpr char kMethod[] = "Unary";
inline constexpr char kSpanName[] = "echo.EchoService/Unary";
inline constexpr char kAddress[] = "127.0.0.1";

// Runs count of them and gives the median nanoseconds of one, over rounds of
// round_count: so short that a machine with other work leaves most alone.
// flush comes often enough that opentelemetry-cpp's queue of 2,048 spans, whose
// thread wakes when it is half full, loses none of two spans each.
inline double MedianNanos(int count, int round_count,
                          const std::function<void(int)>& run,
                          const std::function<void()>& flush) {
  constexpr int kFlushCount = 500;
  std::vector<double> nanos;
  for (int done = 0; done < count; done += round_count) {
    const auto start = std::chrono::steady_clock::now();
    run(round_count);
    const std::chrono::duration<double, std::nano> took =
        std::chrono::steady_clock::now() - start;
    nanos.push_back(took.count() / round_count);
    if (done / kFlushCount != (done + round_count) / kFlushCount) flush();
  }
  std::sort(nanos.begin(), nanos.end());
  return nanos[nanos.size() / 2];
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_PEER_ROUNDS_H_
