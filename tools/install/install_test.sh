#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs, moves what was installed, and uses it from there as a user would:
# one file compiled against the library, and `waybill run` of a program.
set -euo pipefail

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
tools/install/install.sh . "$root/built/usr"
mv "$root/built/usr" "$root/moved"
prefix=$root/moved

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect_spans FILE NAME...: the spans in the file have these names, and no
# others. (_OTHER: a method of no registered service, as the server sees it.)
expect_spans() {
  local file=$1 found
  shift
  found=$("$prefix/bin/waybill" show --from="$file" --trace=all --format=otlp |
    grep -o '"name":"[^"]*","kind"' | cut -d'"' -f4 | LC_ALL=C sort | xargs)
  [ "$found" = "$*" ] || fail "expected $*; found $found"
}

export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
pkg-config --exists --print-errors waybill
unset LD_LIBRARY_PATH LD_PRELOAD

call=app.App/Call
# As a user types it; and the same with the static library.
# shellcheck disable=SC2046
g++ tools/install/app.cc -o "$root/app" \
  $(pkg-config --cflags --libs waybill grpc++)
WAYBILL_OUT=$root/app.jsonl "$root/app"
expect_spans "$root/app.jsonl" _OTHER "$call" app.run

# shellcheck disable=SC2046
g++ tools/install/app.cc -o "$root/app_static" \
  $(pkg-config --cflags waybill) "$prefix/lib/libwaybill.a" \
  $(pkg-config --libs grpc++ absl_statusor absl_synchronization absl_time) \
  -lz -lpthread
WAYBILL_OUT=$root/static.jsonl \
  "$root/app_static"
expect_spans "$root/static.jsonl" _OTHER "$call" app.run

# The agent keeps out of what the program's own Waybill traces, be that a
# library or a part of the program.
for app in app app_static; do
  "$prefix/bin/waybill" run --out="$root/both_$app.jsonl" -- "$root/$app"
  expect_spans "$root/both_$app.jsonl" _OTHER "$call" app.run
done

"$prefix/bin/waybill" run --dry-run -- true |
  grep -q "LD_PRELOAD=$prefix/lib/libwaybill_agent.so" ||
  fail "the launcher does not find the agent beside itself"
"$prefix/bin/waybill" doctor -- "$prefix/bin/waybill" > /dev/null ||
  fail "the doctor does not find the agent's gRPC"
