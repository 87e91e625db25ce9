#!/usr/bin/python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""`waybill run` on programs that are not ours, as Debian ships them.

    tools/e2e/zero_code.py bazel-bin

Each program has a file here that says what it does. Debian's own Python runs
this, as it is the one that has Debian's gRPC.
"""

import pathlib
import statistics
import sys
import time

import clangd
import collectd
import fastnetmon
import first_process
import privileged
from waiting import traced_run

SHORT_PROCESSES = 200
MAX_SLOWER_MILLIS = 5


def outcome(command, **variables):
    result = traced_run.run(
        command, env=traced_run.environment("/nowhere", **variables))
    return result.returncode, result.stdout, result.stderr


def short_processes(agent):
    """Each as fast as without, by the middle of all, give or take."""
    programs = [["/bin/true"], ["sh", "-c", "echo out; exit 3"],
                ["sort", "--version"], ["uname", "-a"]]
    plain, traced = [], []
    for i in range(SHORT_PROCESSES):
        program = programs[i % len(programs)]
        outcomes = []
        for times, preload in ((plain, ""), (traced, agent)):
            started = time.perf_counter()
            outcomes.append(outcome(program, LD_PRELOAD=preload))
            times.append((time.perf_counter() - started) * 1000)
        assert outcomes[0] == outcomes[1], (program, outcomes)
    slower = statistics.median(b - a for a, b in zip(plain, traced))
    print(f"{SHORT_PROCESSES} short processes: {statistics.median(plain):.2f} "
          f"ms plain, {statistics.median(traced):.2f} ms with the agent "
          f"(medians); {slower:+.2f} ms")
    assert slower < MAX_SLOWER_MILLIS, slower


def refuses_bazel(waybill):
    """Bazel's client has the gRPC without TLS."""
    command = ["bazel-4", "--version"]
    plain, traced = outcome(command), outcome([waybill, "run", "--", *command])
    assert traced[:2] == plain[:2], (plain, traced)
    said = traced[2].replace(plain[2], "", 1)
    assert said.startswith("waybill: not tracing: this process has "
                           "libgrpc++_unsecure.so"), traced
    assert said.count("\n") == 1, traced
    assert "gRPC without TLS" in outcome([waybill, "doctor", command[0]])[1]
    print("bazel: runs untraced, and one line says that its gRPC is the one "
          "without TLS")


def main():
    built = pathlib.Path(sys.argv[1]).resolve()
    waybill = str(built / "cli/waybill")
    short_processes(str(built / "agent/libwaybill_agent.so"))
    for program in (collectd, clangd, fastnetmon):
        program.check(waybill)
    refuses_bazel(waybill)
    privileged.check(built)
    first_process.check(waybill)


if __name__ == "__main__":
    main()
