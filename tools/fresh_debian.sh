#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# The honest new machine: a minimal Debian in a folder, with git, make and
# certificates and nothing else, in which a fresh clone of this repository's
# HEAD is built and run.
#   tools/fresh_debian.sh [--suite=bookworm] [--keep] COMMAND...
#   tools/fresh_debian.sh make demo
# Needs root, debootstrap, and a Debian mirror that apt on this machine uses.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=bookworm
keep=
while [ $# -gt 0 ]; do
  case "$1" in
    --suite=*) suite=${1#*=} ;;
    --keep) keep=1 ;;
    --*) echo "fresh_debian: $1: not --suite=NAME or --keep" >&2; exit 2 ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || { echo "fresh_debian: no command to run" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "fresh_debian: debootstrap needs root" >&2; exit 1; }
command -v debootstrap > /dev/null || {
  echo "fresh_debian: apt-get install debootstrap" >&2
  exit 1
}

root=$(mktemp -d /var/tmp/waybill-fresh.XXXXXX)
cleanup() {
  # A Bazel server of the new machine would keep its mounts busy.
  chroot "$root" sh -c 'cd /src/waybill 2>/dev/null && bazel shutdown' \
    > /dev/null 2>&1 || true
  for mount in dev/pts dev/shm dev proc sys; do
    mountpoint -q "$root/$mount" && umount -l "$root/$mount"
  done
  if [ -z "$keep" ]; then rm -rf "$root"; else echo "kept: $root"; fi
}
trap cleanup EXIT

echo "== debootstrap --variant=minbase $suite"
debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" \
  "$root" "$(tools/debian_mirror.sh)" > "$root.log" ||
  { tail -n 20 "$root.log" >&2; exit 1; }
rm -f "$root.log"
chmod 755 "$root"  # mktemp made it root's alone; servers run as others
mount --bind /proc "$root/proc"
mount --bind /sys "$root/sys"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"
mkdir -p "$root/dev/shm"
mount -t tmpfs tmpfs "$root/dev/shm"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2> /dev/null || true

git clone -q --bare . "$root/src/waybill.git"
chroot "$root" git clone -q /src/waybill.git /src/waybill
echo "== $* (on $(chroot "$root" cat /etc/debian_version), in a fresh clone)"
started=$SECONDS
status=0
chroot "$root" env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 \
  PATH=/usr/sbin:/usr/bin:/sbin:/bin ${CI:+CI=$CI} \
  sh -c 'cd /src/waybill && exec "$@"' sh "$@" || status=$?
echo "== exit status $status after $((SECONDS - started)) s"
exit "$status"
