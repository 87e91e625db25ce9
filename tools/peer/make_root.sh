#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Makes a Debian trixie in the folder ROOT, if there is none yet, with what the
# programs of this folder are built from:
#   tools/peer/make_root.sh ROOT
# Needs root, debootstrap, and a Debian mirror that apt on this machine uses.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=$1
packages=(g++ libabsl-dev libgrpc++-dev libprotobuf-dev opentelemetry-cpp-dev
  pkg-config protobuf-compiler-grpc valgrind)

[ "$(id -u)" -eq 0 ] || { echo "peer: debootstrap needs root" >&2; exit 1; }
command -v debootstrap > /dev/null || {
  echo "peer: apt-get install debootstrap" >&2
  exit 1
}
mkdir -p "$(dirname "$root")"
exec 9> "$root.lock"
flock 9  # another run may be making it
[ -e "$root" ] && exit 0

echo "== debootstrap trixie to $root (once)"
new=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$new"' EXIT
debootstrap --variant=minbase --include=ca-certificates trixie "$new" \
  "$(tools/debian_mirror.sh)" > "$root.log" 2>&1 ||
  { tail -n 20 "$root.log" >&2; exit 1; }
cp /etc/resolv.conf "$new/etc/resolv.conf"
cp /etc/apt/apt.conf.d/*proxy* "$new/etc/apt/apt.conf.d/" 2> /dev/null || true
echo "== apt-get install ${packages[*]}"
chroot "$new" env -i DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 \
  PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c \
  'apt-get install -q -y --no-install-recommends "$@" && apt-get clean' sh \
  "${packages[@]}" >> "$root.log" 2>&1 ||
  { tail -n 20 "$root.log" >&2; exit 1; }
chmod 755 "$new"
mkdir -p "$new/src/waybill" "$new/build"
mv "$new" "$root"
