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

// Runs count of them and gives the median nanoseconds of one, over rounds that
// are small enough for opentelemetry-cpp's queue of 2,048 spans.
inline double MedianNanos(int count, const std::function<void(int)>& run,
                          const std::function<void()>& flush) {
  constexpr int kRoundCount = 500;
  std::vector<double> nanos;
  for (int left = count; left > 0; left -= kRoundCount) {
    const int round = std::min(left, kRoundCount);
    const auto start = std::chrono::steady_clock::now();
    run(round);
    const std::chrono::duration<double, std::nano> took =
        std::chrono::steady_clock::now() - start;
    nanos.push_back(took.count() / round);
    flush();
  }
  std::sort(nanos.begin(), nanos.end());
  return nanos[nanos.size() / 2];
}

}  // namespace waybill

#endif  // WAYBILL_TOOLS_PEER_ROUNDS_H_
