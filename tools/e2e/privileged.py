# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Programs that gain privileges: the loader keeps the agent out of them.

Copies of a client of Debian's, which calls a server that is not there, are run
by a user who gains something by that, and by root, who does not. Only root can
make such copies.
"""

import os
import pathlib
import shutil
import stat
import subprocess
import tempfile

import fastnetmon
import waiting
from waiting import traced_run

NOBODY = 65534
DAEMON = 1  # a group that is not nobody's


def set_user(path):
    os.chmod(path, 0o755 | stat.S_ISUID)


def set_group(path):
    os.chown(path, -1, DAEMON)
    os.chmod(path, 0o755 | stat.S_ISGID)


def set_capability(path):
    subprocess.run(["setcap", "cap_net_bind_service+ep", path], check=True)


KINDS = [
    ("setuid", set_user, "it is setuid"),
    ("setgid", set_group, "it is setgid"),
    ("with capabilities", set_capability, "its file has capabilities"),
]


def install(built, folder):
    """Where everybody can read it, unlike what Bazel builds."""
    for name in ("cli/waybill", "agent/libwaybill_agent.so",
                 "agent/libwaybill_agent_payload.so"):
        target = folder / name.replace("cli/", "bin/").replace("agent/", "lib/")
        target.parent.mkdir(exist_ok=True)
        shutil.copy(built / name, target)
    return str(folder / "bin/waybill")


def run_as(user, folder, *command):
    """What it answered, and the names of the spans that it left."""
    result = traced_run.run(
        command, env=traced_run.environment(str(folder)), user=user,
        group=user, extra_groups=[])
    names = [span.name for span in traced_run.spans(str(folder))]
    (folder / "spans.jsonl").unlink(missing_ok=True)
    return result, names


def check_one(waybill, folder, program, why):
    """By nobody, who gains what `why` says, or nothing where it is empty."""
    command = [program, "get_banlist"]
    plain, _ = run_as(NOBODY, folder, *command)
    assert "Connection refused" in plain.stderr, plain
    traced, names = run_as(NOBODY, folder, waybill, "run", "--", *command)
    said = traced.stderr.replace(plain.stderr, "", 1)
    assert (traced.returncode, traced.stdout) == (plain.returncode,
                                                  plain.stdout), traced
    assert names == ([] if why else [fastnetmon.SERVICE + "GetBanlist"]), names
    if why:
        assert said.startswith(f"waybill: not tracing: {program}: {why}"), said
    assert said.count("\n") == (1 if why else 0), said
    doctor, _ = run_as(NOBODY, folder, waybill, "doctor", "--", program)
    assert doctor.returncode == (1 if why else 0) and why in doctor.stdout, (
        doctor)
    if not why:
        return
    root, names = run_as(0, folder, waybill, "run", "--", *command)
    is_roots = why != "it is setgid"
    assert len(names) == (1 if is_roots else 0), (root, names)


def check(built):
    if os.geteuid() != 0:
        print("programs with privileges: not tried, as only root can make them")
        return
    assert not waiting.listens(fastnetmon.API_PORT)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o777)
        waybill = install(built, folder)
        for kind, give, why in [("like any", lambda _: None, ""), *KINDS]:
            program = str(folder / "program")
            shutil.copy(shutil.which("fastnetmon_api_client"), program)
            give(program)
            check_one(waybill, folder, program, why)
            os.remove(program)
            print(f"a program {kind}: " + ("runs untraced for who gains by "
                                           "it, and one line says so" if why
                                           else "is traced"))
