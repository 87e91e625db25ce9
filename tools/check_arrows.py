#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Fails where an #include points up: docs/design.md, "Folders and arrows".

Visibility in the BUILD files says the same to Bazel; this says it by name, for
sources of all kinds, and knows which folders must not see gRPC.
"""

import pathlib
import re
import subprocess
import sys

# folder -> the folders that it may include from. Tests, benchmarks and fuzzers
# may include more: see ALLOWED_IN_TESTS.
ALLOWED = {
    "propagation": set(),
    "recorder": {"propagation"},
    "exporters": {"recorder", "propagation"},
    "interceptors": {"recorder", "propagation"},
    "tracing": {"exporters", "interceptors", "recorder", "propagation"},
    "agent": {"tracing"},
    "viewer": set(),
    "cli": {"viewer"},
    "examples": set(),
    "testing": {"tracing", "exporters", "interceptors", "recorder",
                "propagation", "viewer"},
    "tools": set(),
}
ALLOWED_IN_TESTS = ALLOWED["testing"] | {"testing", "tools"}
PURE = {"propagation", "recorder"}  # no gRPC
USERS = {"examples", "tools"}  # of the library, as it is or as it is installed

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
TEST = re.compile(
    r"(^test_\w+|_test|_benchmark|_cost|_fuzz|_for_test|test_util)\.(cc|h)$")


def folder_of(include):
    """The folder of ours that an include names, or None."""
    if include.startswith("waybill/"):
        rest = include[len("waybill/"):]
        return rest.split("/")[0] if "/" in rest else "waybill.h"
    first = include.split("/")[0]
    return first if "/" in include and first in ALLOWED else None


def complaints(path):
    folder = path.parts[0]
    if folder not in ALLOWED:
        return
    is_test = TEST.search(path.name) is not None
    allowed = ALLOWED[folder] | {folder}
    if is_test:
        allowed = allowed | ALLOWED_IN_TESTS
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        include = match.group(1)
        target = folder_of(include)
        if folder in USERS and target == "waybill.h":
            continue  # the one header that users include
        if target is not None and target not in allowed:
            yield f"{path}:{number}: {folder}/ may not depend on {target}/"
        if (folder in PURE and not is_test
                and re.match(r"(grpc|grpcpp)/", include)):
            yield f"{path}:{number}: {folder}/ knows no gRPC"


def main():
    files = subprocess.run(["git", "ls-files", "*.h", "*.cc"], check=True,
                           capture_output=True, text=True).stdout.split()
    found = [text for name in files for text in complaints(pathlib.Path(name))]
    for text in found:
        print(text, file=sys.stderr)
    print(f"arrows: {len(files)} files, {len(found)} that point up")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
