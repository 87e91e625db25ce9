#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Puts down what a user of the library or of the agent needs:
#   tools/install/install.sh BUILT PREFIX
# BUILT is where Bazel has put //tools/install, as a rule bazel-bin. What is
# installed runs from PREFIX and from wherever PREFIX is moved to.
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: install.sh BUILT PREFIX" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
built=$1
prefix=$2

install -D -m 755 "$built/cli/waybill" "$prefix/bin/waybill"
install -D -m 755 -t "$prefix/lib" "$built/agent/libwaybill_agent.so" \
  "$built/agent/libwaybill_agent_payload.so" \
  "$built/tools/install/libwaybill.so"
install -D -m 644 -t "$prefix/lib" "$built/tools/install/libwaybill.a"

# waybill.h, and what it includes, and what that does.
headers=(waybill/waybill.h)
declare -A seen=([waybill/waybill.h]=1)
for ((i = 0; i < ${#headers[@]}; ++i)); do
  header=${headers[$i]}
  folder=$(dirname "${header#waybill/}")
  files=("$built/$folder"/_virtual_includes/*/"$header")
  [ -e "${files[0]}" ] || { echo "install: no $header in $built" >&2; exit 1; }
  install -D -m 644 "${files[0]}" "$prefix/include/$header"
  while read -r included; do
    [ -z "${seen[$included]:-}" ] || continue
    seen[$included]=1
    headers+=("$included")
  done < <(sed -n 's/^#include "\(waybill\/.*\)".*/\1/p' "${files[0]}")
done

version=$("$prefix/bin/waybill" --version)
mkdir -p "$prefix/lib/pkgconfig"
sed "s/@VERSION@/${version#waybill }/" "$here/waybill.pc.in" \
  > "$prefix/lib/pkgconfig/waybill.pc"
echo "installed ${version} in $prefix: bin/waybill, lib/ (4 libraries)," \
  "include/waybill/ (${#headers[@]} headers), lib/pkgconfig/waybill.pc"
