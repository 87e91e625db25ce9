# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""One trace across languages, each with its own OpenTelemetry.

The clients act for a request that came with a trace, a tracestate and baggage.
All processes export to the collector.
"""

import contextlib
import pathlib
import tempfile

import backend
import program
from program import Program
from waiting import traced_run

KINDS = {traced_run.INTERNAL: "INTERNAL", traced_run.SERVER: "SERVER",
         traced_run.CLIENT: "CLIENT"}
PYTHON_PEER = pathlib.Path(__file__).parent / "python_peer/python_peer.py"


def tree(spans, parent, depth=0):
    """The spans below that one, as lines of text."""
    lines = []
    for span in spans:
        if span.get("parentSpanId") == parent:
            lines.append("  " * depth + " ".join(
                (span["service"], KINDS[span["kind"]], span["name"])))
            lines += tree(spans, span["spanId"], depth + 1)
    return lines


def run(client, servers, endpoint):
    """One call to the first server; each passes it on to the next.

    A server is a command and a name, a client too.
    """
    with contextlib.ExitStack() as end:
        started = []
        address = []
        for command, name in reversed(servers):
            started.append(end.enter_context(
                Program([*command, "serve", *address], OTEL_SERVICE_NAME=name,
                        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)))
            address = [started[-1].address()]
        command, name = client
        caller = end.enter_context(
            Program([*command, "call", *address, *program.HEADERS],
                    OTEL_SERVICE_NAME=name,
                    OTEL_EXPORTER_OTLP_ENDPOINT=endpoint))
        assert caller.ask("hello") == "hello"
        for each in (caller, *started):
            assert each.end() == "", each.errors()


def check_one(title, collector, sink, client, servers, expected):
    sink.clear()
    run(client, servers, collector.endpoint)
    spans = sink.spans()
    assert tree(spans, program.ROOT_ID) == expected, spans
    assert len(spans) == len(expected), spans
    for span in spans:
        assert span["traceId"] == program.TRACE_ID, span
        assert span["traceState"] == "vendor=1,other=2", span
        if span["kind"] == traced_run.SERVER:
            assert span["attributes"]["e2e.tenant"] == program.TENANT, span
    print(f"{title}: one trace of {len(spans)} spans; tracestate and baggage "
          "arrive")


def check(collector_program, relay, go_peer, python):
    cxx, go = ([relay], "cxx"), ([go_peer], "go")
    python = ([python, PYTHON_PEER], "python")
    call = "e2e.Relay/Pass"
    with tempfile.TemporaryDirectory() as folder, backend.Sink() as sink, \
            backend.Collector(collector_program, folder, sink) as collector:
        for title, client, servers, expected in [
                ("Go calls C++", go, [cxx], [
                    f"go CLIENT {call}",
                    f"  cxx SERVER {call}",
                    "    cxx INTERNAL detail"]),
                ("C++ calls Go", cxx, [go], [
                    f"cxx CLIENT {call}",
                    f"  go SERVER {call}"]),
                ("Python calls C++", python, [cxx], [
                    f"python CLIENT /{call}",
                    f"  cxx SERVER {call}",
                    "    cxx INTERNAL detail"]),
                ("Python calls C++, which calls Go", python, [cxx, go], [
                    f"python CLIENT /{call}",
                    f"  cxx SERVER {call}",
                    "    cxx INTERNAL detail",
                    f"    cxx CLIENT {call}",
                    f"      go SERVER {call}"])]:
            check_one(title, collector, sink, client, servers, expected)
