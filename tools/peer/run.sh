#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Waybill and opentelemetry-cpp side by side: `make bench PEER=1`. Debian
# trixie packages opentelemetry-cpp, so both are built there, by the same
# compiler with the same flags, and measured there in one run.
#   tools/peer/run.sh [ROOT]
# ROOT is the folder that trixie is made in, once, and kept (700 MB):
# ~/.cache/waybill-peer/trixie. Delete it for a newer one.
# Needs root, debootstrap, and a Debian mirror that apt on this machine uses.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/waybill-peer/trixie}
if [ -z "${WAYBILL_PEER_INSIDE:-}" ]; then
  tools/peer/make_root.sh "$root"
  # Its mounts end with it.
  WAYBILL_PEER_INSIDE=1 exec unshare --mount "$0" "$root"
fi
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind . "$root/src/waybill"

own_sources() {
  git ls-files "$@" | grep -vE '(_test|_fuzz|_benchmark|_cost|_for_test)\.cc$'
}
{
  own_sources 'propagation/*.cc' 'recorder/*.cc' 'interceptors/*.cc'
  echo exporters/{otlp_attribute,otlp_encoder,proto_wire}.cc
  echo testing/echo_loop.cc interceptors/rpc_cost.cc tools/peer/*.cc
} | xargs -n 1 > "$root/build/sources"

echo "== building both, in $root"
chroot "$root" /src/waybill/tools/peer/build.sh
tools/peer/compare.py "$root"
