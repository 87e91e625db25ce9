# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""What the checks here wait for: a condition, a port, an end."""

import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "agent"))
import traced_run  # noqa: E402


def wait_until(condition, what):
    deadline = time.monotonic() + traced_run.TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.05)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def terminate(process):
    """Ends a process as a person would; returns its exit status."""
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(traced_run.TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
