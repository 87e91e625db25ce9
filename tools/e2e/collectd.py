# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""collectd loads gRPC late, as a plugin.

The plugin is a server in one process here and a client in another; then the
server again as a daemon. (As a daemon, its client delivers nothing, with
Waybill or without: it makes its channel before it forks, which gRPC does not
allow.)
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile

import waiting
from waiting import traced_run

CALL = "collectd.Collectd/PutValues"


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


def check_in(folder, end, waybill, daemon_server):
    port = waiting.free_port()
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
            waiting.wait_until(lambda: waiting.listens(port),
                               "the server listens")
    waiting.wait_until(lambda: values(folder) >= 3,
                       "three values are delivered")
    # A daemon's parent has ended long before.
    for role, process in reversed(list(zip(("server", "client"), started))):
        is_daemon = role == "server" and daemon_server
        pid = (int((folder / "server.pid").read_text()) if is_daemon else
               process.pid)
        os.kill(pid, signal.SIGTERM)
        assert process.wait(traced_run.TIMEOUT) == 0, process.args
        waiting.wait_until(lambda: not os.path.exists(f"/proc/{pid}"),
                           f"{role} ends")
    calls = traced_run.pairs(traced_run.spans(str(folder)))
    assert len(calls) >= 3, calls
    for client, server in calls:
        assert (client.name, server.name) == (CALL, CALL), (client, server)
        assert (client.service, server.service) == ("client", "server")
        assert client.trace_id == server.trace_id
    kind = "a daemon" if daemon_server else "in front"
    print(f"collectd, its server {kind}: {len(calls)} calls, each one trace of "
          f"a client and a server; {values(folder)} values delivered")


def check(waybill):
    for daemon_server in (False, True):
        with tempfile.TemporaryDirectory() as folder, \
                contextlib.ExitStack() as end:
            check_in(pathlib.Path(folder), end, waybill, daemon_server)
