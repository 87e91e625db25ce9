#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs what the lists name and this machine has not:
#   tools/install_packages.sh tools/packages.txt [...]
# As a plain user it prints the command that would, and fails.
set -euo pipefail

mapfile -t wanted < <(sed 's/#.*//; /^[[:space:]]*$/d' "$@")
missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

command="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -ne 0 ]; then
  echo "Waybill needs ${#missing[@]} packages that are not installed here. Run:" >&2
  echo >&2
  echo "    sudo apt-get update && sudo $command" >&2
  echo >&2
  exit 1
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A server that a package brings must not start by itself: the demo and the
# tests start private ones.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -q
$command
