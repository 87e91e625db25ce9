#!/usr/bin/python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""A real collector as backend, and other languages' tracing as peers.

    tools/e2e/backends.py bazel-bin

Each check has a file here that says what it does. fetched.py says what comes
from elsewhere.
"""

import pathlib
import sys

import fetched
import outage
import peers
import secure_export
import whole_spans


def main():
    built = pathlib.Path(sys.argv[1]).resolve()
    waybill, relay = built / "cli/waybill", built / "tools/e2e/relay"
    fetched.require_go()
    collector = fetched.go_program("collector")
    whole_spans.check(waybill, collector, relay)
    secure_export.check(collector, relay)
    outage.check(collector, relay)
    peers.check(collector, relay, fetched.go_program("go_peer"),
                fetched.python_with("python_peer"))


if __name__ == "__main__":
    main()
