// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// What `waybill --version` prints: the library's version. It is written down
// twice, since this folder may not look into tracing/; a test compares them.
#ifndef WAYBILL_CLI_VERSION_H_
#define WAYBILL_CLI_VERSION_H_

namespace waybill {

inline constexpr char kCommandVersion[] = "0.1.0";

}  // namespace waybill

#endif  // WAYBILL_CLI_VERSION_H_
