# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""The first process of a container, which no SIGTERM ends.

The kernel keeps such a signal from it unless it has a handler; so the agent has
none there, and what the program does at SIGTERM stays nothing. Only root can
make a namespace of processes.
"""

import os
import pathlib
import signal
import subprocess
import tempfile

import fastnetmon
import waiting
from waiting import traced_run


def catches(pid, number):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    caught = status.split("SigCgt:")[1].split()[0]
    return bool(int(caught, 16) & 1 << number - 1)


def check(waybill):
    if os.geteuid() != 0:
        print("the first process of a container: not tried, as only root can "
              "make one")
        return
    with tempfile.TemporaryDirectory() as name:
        unshare = fastnetmon.start(
            pathlib.Path(name), waiting.free_port(), subprocess.DEVNULL,
            "unshare", "--pid", "--fork", "--kill-child", waybill, "run",
            f"--out={name}/spans.jsonl", "--", "env",
            "OTEL_BSP_SCHEDULE_DELAY=50")
        try:
            children = f"/proc/{unshare.pid}/task/{unshare.pid}/children"
            first = int(pathlib.Path(children).read_text())
            assert not catches(first, signal.SIGTERM)
            os.kill(first, signal.SIGTERM)
            call = traced_run.run(["fastnetmon_api_client", "get_banlist"])
            assert call.returncode == 0 and call.stderr == "", call
            waiting.wait_until(lambda: traced_run.spans(name),
                               "the call is exported")
        finally:
            unshare.kill()
            unshare.wait()
            waiting.wait_until(
                lambda: not waiting.listens(fastnetmon.API_PORT), "it ends")
    print("the first process of a container: traced, and SIGTERM does nothing "
          "to it, as without")
