// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Why `waybill run` will not trace a program, where no agent gets into it that
// could say so: the launcher says it then. Quick, as it is asked each time; the
// doctor (doctor.cc) looks closer.
//
//   waybill::WhyUntraced("/usr/bin/sudo")
//   // "it is setuid, so the loader ignores LD_PRELOAD there and in what it
//   ..."
//
// Thread-safe.
#ifndef WAYBILL_CLI_WHY_UNTRACED_H_
#define WAYBILL_CLI_WHY_UNTRACED_H_

#include <string>

namespace waybill {

// Empty where an agent gets in, where there is nothing to be said, and where
// the file cannot be read.
std::string WhyUntraced(const std::string& path);

}  // namespace waybill

#endif  // WAYBILL_CLI_WHY_UNTRACED_H_
