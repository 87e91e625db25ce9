#!/bin/bash
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
#
# Prints the Debian mirror that apt on this machine uses, or Debian's own.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' \
  'Origin: Debian' 2>/dev/null | head -n 1)
echo "${mirror:-http://deb.debian.org/debian}"
