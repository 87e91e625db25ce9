# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""fastnetmon, a server of its own API, and the command that calls it.

It watches no network here, but for flows that nobody sends to a loopback port.
What it logs is compared line by line, in no order, as its threads log at the
same time.
"""

import pathlib
import subprocess
import tempfile

import waiting
from waiting import traced_run

API_PORT = 50052  # not to be chosen
SERVICE = "fastmitigation.Fastnetmon/"
COMMANDS = [
    # arguments, standard output, in standard error, the call
    (["get_banlist"], "", "", "GetBanlist"),
    (["ban", "10.1.2.3"], "", "", "ExecuteBan"),
    (["get_banlist"], "10.1.2.3/32\n", "", "GetBanlist"),
    (["unban", "10.1.2.3"], "", "", "ExecuteUnBan"),
    (["ban", "nonsense"], "", "Malformed IP address", "ExecuteBan"),
]


def configure(folder, flows_port):
    (folder / "networks").write_text("10.1.2.0/24\n")
    (folder / "white").write_text("")
    notify = folder / "notify.sh"
    notify.write_text("#!/bin/sh\n")
    notify.chmod(0o755)
    path = folder / "fastnetmon.conf"
    path.write_text(f"""
disable_usage_report = on
networks_list_path = {folder}/networks
white_list_path = {folder}/white
notify_script_path = {notify}
cli_stats_file_path = {folder}/stats.dat
cli_stats_ipv6_file_path = {folder}/stats6.dat
monitor_local_ip_addresses = off
prometheus = off
netflow = on
netflow_host = 127.0.0.1
netflow_port = {flows_port}
enable_ban = on
enable_api = on
""")
    return path


def start(folder, flows_port, log, *launcher):
    """The server, which listens."""
    assert not waiting.listens(API_PORT), f"port {API_PORT} is taken"
    server = subprocess.Popen(
        [*launcher, "/usr/sbin/fastnetmon", "--configuration_file",
         configure(folder, flows_port), "--log_to_console",
         "--disable_pid_logic"], env=traced_run.environment(str(folder)),
        stdout=log, stderr=subprocess.STDOUT)
    try:
        waiting.wait_until(lambda: waiting.listens(API_PORT),
                           "fastnetmon listens")
    except AssertionError:
        server.kill()
        raise
    return server


def session(folder, flows_port, *launcher):
    """All that the server and its clients wrote, and how they ended."""
    log = folder / "log"
    with open(log, "w", encoding="utf-8") as out:
        server = start(folder, flows_port, out, *launcher)
        try:
            ends = [traced_run.run([*launcher, "fastnetmon_api_client",
                                    *arguments],
                                   env=traced_run.environment(str(folder)))
                    for arguments, *_ in COMMANDS]
        finally:
            status = waiting.terminate(server)
    return ([(end.returncode, end.stdout, end.stderr) for end in ends], status,
            sorted(log.read_text().splitlines()))


def check(waybill):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        flows_port = waiting.free_port()
        plain = session(folder, flows_port)
        for (_, out, error, _), end in zip(COMMANDS, plain[0]):
            assert end[1] == out and error in end[2], end
        traced = session(folder, flows_port, waybill, "run",
                         f"--out={folder}/spans.jsonl", "--")
        assert traced == plain, (plain, traced)
        calls = traced_run.pairs(traced_run.spans(name))
    assert [client.name for client, _ in calls] == [
        SERVICE + call for *_, call in COMMANDS], calls
    for client, server in calls:
        assert client.name == server.name
        assert client.trace_id == server.trace_id
        assert client.service == "unknown_service:fastnetmon_api_client"
        assert server.service == "unknown_service:fastnetmon"
    print(f"fastnetmon: {len(calls)} calls of its API, each one trace of a "
          "client and a server; what they write is the same")
