# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""A program that answers each line of its input with one, until that ends.

    with Program([relay, "serve"], OTEL_SERVICE_NAME="server") as server:
        address = server.address()
        with Program([relay, "call", address]) as client:
            assert client.ask("hello") == "hello"
            errors = client.end()
"""

import select
import subprocess
import tempfile

from waiting import traced_run

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
ROOT_ID = "00f067aa0ba902b7"  # of the span of who calls the clients here
# No space in it: Python's OpenTelemetry writes one as "+", which is a plus.
TENANT = "Zoë&co"
HEADERS = [f"traceparent=00-{TRACE_ID}-{ROOT_ID}-01",
           "tracestate=vendor=1,other=2",
           "baggage=tenant=Zo%C3%AB%26co"]


def environment(**variables):
    """The test's own environment without tracing in it, and then these."""
    env = traced_run.environment("/nowhere")
    del env["WAYBILL_OUT"]
    env.update(variables)
    return env


class Program:

    def __init__(self, command, **variables):
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            list(map(str, command)), env=environment(**variables), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def errors(self):
        """What it has written to standard error so far."""
        self._errors.seek(0)
        return self._errors.read()

    def read_line(self):
        output = self._process.stdout
        in_time, _, _ = select.select([output], [], [], traced_run.TIMEOUT)
        line = output.readline() if in_time else ""
        assert line, (self._process.args, self.errors())
        return line.rstrip("\n")

    def address(self):
        """Of a server, which says it first."""
        return self.read_line().split()[-1]

    def ask(self, line):
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self.read_line()

    def end(self):
        """Waits for its end; what it wrote to standard error."""
        self._process.communicate(timeout=traced_run.TIMEOUT)
        assert self._process.returncode == 0, (self._process.args,
                                               self.errors())
        return self.errors()
