// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// Bytes to a file descriptor, in one write(2) wherever the system takes them
// at once: that keeps the lines of several writers of one file apart.
//
//   absl::Status status = waybill::WriteAll(STDERR_FILENO, text, &written);
//
// Waits, for at most a second at a time, for a descriptor that is set to not
// block. Writing to a pipe without a reader raises SIGPIPE in the calling
// thread; the recorder's blocks it.
#ifndef WAYBILL_EXPORTERS_WRITE_ALL_H_
#define WAYBILL_EXPORTERS_WRITE_ALL_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace waybill {

// *written, also after an error, is how much arrived.
absl::Status WriteAll(int descriptor, absl::string_view bytes, size_t* written);

}  // namespace waybill

#endif  // WAYBILL_EXPORTERS_WRITE_ALL_H_
