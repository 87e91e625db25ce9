// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/exporters/write_all.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

namespace waybill {

absl::Status WriteAll(int descriptor, absl::string_view bytes,
                      size_t* written) {
  *written = 0;
  while (*written < bytes.size()) {
    const ssize_t size =
        write(descriptor, bytes.data() + *written, bytes.size() - *written);
    if (size >= 0) {
      *written += static_cast<size_t>(size);
      continue;
    }
    if (errno == EINTR) continue;
    pollfd wait = {descriptor, POLLOUT, 0};
    if (errno == EAGAIN && poll(&wait, 1, 1000) > 0) continue;
    return absl::ErrnoToStatus(errno, "write");
  }
  return absl::OkStatus();
}

}  // namespace waybill
