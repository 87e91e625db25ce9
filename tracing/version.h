// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Which Waybill this is: in the resource of every span, and what
// `waybill --version` prints.
#ifndef WAYBILL_TRACING_VERSION_H_
#define WAYBILL_TRACING_VERSION_H_

namespace waybill {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace waybill

#endif  // WAYBILL_TRACING_VERSION_H_
