# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""What Debian does not have: Go modules and Python packages, pinned.

They are fetched once, by `go` and by `pip` in an environment of its own, and
kept in ~/.cache/waybill-e2e. Nothing is installed in the system.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                     pathlib.Path.home() / ".cache") / "waybill-e2e"
GO = (1, 26)  # as the go.mod files say


def require_go():
    """Ends the program, in one line, where Go is missing or too old."""
    needed = "make e2e: needs Go {}.{} or newer, to build OpenTelemetry's " \
        "collector; ".format(*GO)
    go = shutil.which("go")
    if go is None:
        sys.exit(needed + "there is no `go` in the PATH")
    said = subprocess.run([go, "env", "GOVERSION"], stdout=subprocess.PIPE,
                          text=True, check=True).stdout.strip()
    found = re.match(r"go(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < GO:
        sys.exit(f"{needed}{go} is {said or 'older than that'}")


def kept_list(pinned):
    """Where the list is kept of what was last fetched by that one."""
    return CACHE / f"{pinned.parent.name}.{pinned.name}"


def is_new(pinned):
    kept = kept_list(pinned)
    return not kept.exists() or kept.read_text() != pinned.read_text()


def announce(what):
    print(f"fetching {what} into {CACHE}", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)


def go_program(name):
    """The program in the folder of that name, built."""
    folder = HERE / name
    modules = len(re.findall(r"^\t\S+ v", (folder / "go.mod").read_text(),
                             re.MULTILINE))
    if is_new(folder / "go.sum"):
        announce(f"up to {modules} Go modules for {name}")
    program = CACHE / name
    build = subprocess.run(
        ["go", "build", "-o", program, "."], cwd=folder, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=dict(os.environ, GOMODCACHE=str(CACHE / "go-modules"),
                 GOCACHE=str(CACHE / "go-built"), GOTOOLCHAIN="local",
                 GOFLAGS="-mod=readonly -modcacherw -buildvcs=false"))
    # Shown for its errors alone: it names each module that it fetches.
    if build.returncode != 0:
        sys.exit(f"{build.stdout}make e2e: {name} does not build")
    shutil.copy(folder / "go.sum", kept_list(folder / "go.sum"))
    return str(program)


def python_with(name):
    """A Python that has what the folder of that name requires."""
    requirements = HERE / name / "requirements.txt"
    environment = CACHE / "python"
    python = str(environment / "bin/python")
    if is_new(requirements):
        announce("from PyPI " + " ".join(requirements.read_text().split()))
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "-r", requirements],
                       check=True)
        shutil.copy(requirements, kept_list(requirements))
    return python
