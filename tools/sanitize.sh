#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs every test that does not need gRPC under each sanitizer. Debian's gRPC
# is not instrumented: under ThreadSanitizer its own locks would not be seen.
#   tools/sanitize.sh bazel [flag of bazel test ...]
set -euo pipefail
cd "$(dirname "$0")/.."

bazel=$1
shift
tests=$("$bazel" query --noshow_progress \
  'kind(cc_test, tests(//...)) except rdeps(//..., @com_github_grpc_grpc//:all)')
mapfile -t targets <<< "$tests"
failed=()
for sanitizer in asan ubsan tsan; do
  echo "== $sanitizer"
  "$bazel" test "$@" --config="$sanitizer" "${targets[@]}" ||
    failed+=("$sanitizer")
done
if [ "${#failed[@]}" -ne 0 ]; then
  echo "sanitizers that found something: ${failed[*]}" >&2
  exit 1
fi
