#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy, with .clang-tidy's checks, over the code that parses bytes off
# the wire and the code that runs inside every call.
set -euo pipefail
cd "$(dirname "$0")/.."

# Headers are included as waybill/<folder>/<file>.h.
include=$(mktemp -d)
trap 'rm -rf "$include"' EXIT
ln -s "$PWD" "$include/waybill"

lint() {
  clang-tidy --quiet --warnings-as-errors='*' "$@" -- \
    -std=c++17 -I "$INCLUDE" -I . 2> >(grep -v 'warnings generated' >&2)
}
export -f lint
export INCLUDE=$include

git ls-files 'propagation/*.cc' 'recorder/*.cc' |
  grep -vE '(_test|_fuzz|_benchmark|_for_test)\.cc$' |
  xargs -P 2 -n 4 bash -c 'lint "$@"' lint
echo "lint: nothing found"
