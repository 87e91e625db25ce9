#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""`waybill run` on programs that are not ours, as Debian ships them.

    tools/e2e/zero_code.py bazel-bin

collectd loads gRPC late, as a plugin, which is a server in one process here and
a client in another; then the server again as a daemon. (As a daemon, its client
delivers nothing, with Waybill or without: it makes its channel before it forks,
which gRPC does not allow.) And 200 short processes, which have no gRPC, with
the agent and without.
"""

import contextlib
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "agent"))
import traced_run  # noqa: E402

CALL = "collectd.Collectd/PutValues"
SHORT_PROCESSES = 200
MAX_SLOWER_MILLIS = 5


def wait_until(condition, what):
    deadline = time.monotonic() + traced_run.TIMEOUT
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.05)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def configure(folder, role, port):
    """A collectd that sends its load to another, or that writes what comes."""
    plugin, block = (("csv", "Listen") if role == "server" else
                     ("load", "Server"))
    path = folder / (role + ".conf")
    path.write_text(f"""
Hostname "{role}"
BaseDir "{folder}"
PIDFile "{folder}/{role}.pid"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
Interval 0.2
LoadPlugin logfile
LoadPlugin grpc
LoadPlugin {plugin}
<Plugin logfile>
  File "{folder}/{role}.log"
</Plugin>
<Plugin grpc>
  <{block} "127.0.0.1" "{port}">
  </{block}>
</Plugin>
<Plugin csv>
  DataDir "{folder}/values"
</Plugin>
""")
    return path


def values(folder):
    """The lines that have been delivered."""
    return sum(len(file.read_text().splitlines()) - 1  # the head
               for file in folder.glob("values/client/load/load-*"))


def collectd(waybill, daemon_server):
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as end:
        collectd_in(pathlib.Path(folder), end, waybill, daemon_server)


def collectd_in(folder, end, waybill, daemon_server):
    port = free_port()
    started = []
    for role in ("server", "client"):
        command = [waybill, "run", "--service=" + role,
                   f"--out={folder}/spans.jsonl", "--", "/usr/sbin/collectd",
                   "-C", configure(folder, role, port)]
        started.append(subprocess.Popen(
            command + ([] if role == "server" and daemon_server else ["-f"]),
            env=traced_run.environment(str(folder)),
            stderr=subprocess.DEVNULL))
        end.callback(started[-1].kill)
        if role == "server":
            wait_until(lambda: socket.socket().connect_ex(
                ("127.0.0.1", port)) == 0, "the server listens")
    wait_until(lambda: values(folder) >= 3, "three values are delivered")
    # A daemon's parent has ended long before.
    for role, process in reversed(list(zip(("server", "client"), started))):
        is_daemon = role == "server" and daemon_server
        pid = (int((folder / "server.pid").read_text()) if is_daemon else
               process.pid)
        os.kill(pid, signal.SIGTERM)
        assert process.wait(traced_run.TIMEOUT) == 0, process.args
        wait_until(lambda: not os.path.exists(f"/proc/{pid}"), f"{role} ends")
    calls = traced_run.pairs(traced_run.spans(str(folder)))
    assert len(calls) >= 3, calls
    for client, server in calls:
        assert (client.name, server.name) == (CALL, CALL), (client, server)
        assert (client.service, server.service) == ("client", "server")
        assert client.trace_id == server.trace_id
    kind = "a daemon" if daemon_server else "in front"
    print(f"collectd, its server {kind}: {len(calls)} calls, each one trace of a client "
          f"and a server; {values(folder)} values delivered")


def short_processes(agent):
    """Each as fast as without, by the middle of all, give or take."""
    programs = [["/bin/true"], ["sh", "-c", "echo out; exit 3"],
                ["sort", "--version"], ["uname", "-a"]]
    plain, traced = [], []
    for i in range(SHORT_PROCESSES):
        program = programs[i % len(programs)]
        outcomes = []
        for times, preload in ((plain, ""), (traced, agent)):
            env = traced_run.environment("/nowhere", LD_PRELOAD=preload)
            started = time.perf_counter()
            outcomes.append(traced_run.run(program, env=env))
            times.append((time.perf_counter() - started) * 1000)
        assert (outcomes[0].returncode, outcomes[0].stdout,
                outcomes[0].stderr) == (outcomes[1].returncode,
                                        outcomes[1].stdout,
                                        outcomes[1].stderr), program
    slower = statistics.median(b - a for a, b in zip(plain, traced))
    print(f"{SHORT_PROCESSES} short processes: {statistics.median(plain):.2f} "
          f"ms plain, {statistics.median(traced):.2f} ms with the agent "
          f"(medians); {slower:+.2f} ms")
    assert slower < MAX_SLOWER_MILLIS, slower


def main():
    built = pathlib.Path(sys.argv[1]).resolve()
    short_processes(str(built / "agent/libwaybill_agent.so"))
    for daemon_server in (False, True):
        collectd(str(built / "cli/waybill"), daemon_server)


if __name__ == "__main__":
    main()
