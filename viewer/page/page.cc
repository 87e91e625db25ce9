// Copyright 2026 The Waybill Authors
// SPDX-License-Identifier: Apache-2.0

#include "waybill/viewer/page/page.h"

#include "viewer/page/files.h"

namespace waybill {

const std::array<PageFile, 3>& PageFiles() {
  static constexpr std::array<PageFile, 3> kFiles = {{
      {"/", "text/html; charset=utf-8", kIndexHtml},
      {"/style.css", "text/css; charset=utf-8", kStyleCss},
      {"/app.js", "text/javascript; charset=utf-8", kAppJs},
  }};
  return kFiles;
}

}  // namespace waybill
