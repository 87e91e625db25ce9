#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Fails, and names the places, where C++ is not as clang-format would have it
# or a file does not begin with its licence.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t sources < <(git ls-files '*.h' '*.cc')
clang-format --dry-run --Werror "${sources[@]}"

failed=0
for source in "${sources[@]}"; do
  if ! head -n 2 "$source" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
    echo "$source: does not begin with its licence" >&2
    failed=1
  fi
done
exit "$failed"
