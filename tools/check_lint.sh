#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# clang-tidy, with .clang-tidy's checks, over the code that runs in a user's
# process. What the build generates must be there: see `make check`.
set -euo pipefail
cd "$(dirname "$0")/.."

# Headers are included as waybill/<folder>/<file>.h.
include=$(mktemp -d)
trap 'rm -rf "$include"' EXIT
ln -s "$PWD" "$include/waybill"

lint() {
  clang-tidy --quiet --warnings-as-errors='*' "$@" -- \
    -std=c++17 -I "$INCLUDE" -I . -I bazel-bin 2> >(grep -v 'warnings generated' >&2)
}
export -f lint
export INCLUDE=$include

# One file at a time: clang-tidy 14 takes a va_list of a second one for unset.
git ls-files {propagation,recorder,exporters,interceptors,tracing,agent}/'*.cc' |
  grep -vE '(_test|_fuzz|_benchmark|_cost|_for_test)\.cc$' |
  xargs -P 2 -n 1 bash -c 'lint "$@"' lint
echo "lint: nothing found"
