// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

// The tracking page's files, which are part of the program: nothing has to be
// installed or found.
//
//   for (const waybill::PageFile& file : waybill::PageFiles()) Serve(file);
//
// Constants; safe from any thread.
#ifndef WAYBILL_VIEWER_PAGE_PAGE_H_
#define WAYBILL_VIEWER_PAGE_PAGE_H_

#include <array>

#include "absl/strings/string_view.h"

namespace waybill {

struct PageFile {
  const char* path;
  const char* content_type;
  absl::string_view content;
};

const std::array<PageFile, 3>& PageFiles();

}  // namespace waybill

#endif  // WAYBILL_VIEWER_PAGE_PAGE_H_
