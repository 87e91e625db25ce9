# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Runs programs under the agent and reads the spans that they leave.

The spans go to a file, as OTLP JSON lines (WAYBILL_OUT), one Span each here:

    folder = tempfile.mkdtemp()
    result = run(["./server"], env=environment(folder, LD_PRELOAD=AGENT))
    for span in spans(folder): print(span.service, span.kind, span.name)
"""

import collections
import json
import os
import subprocess

INTERNAL = 1  # SpanKind of OTLP
SERVER = 2
CLIENT = 3
TIMEOUT = 60  # seconds, for what is long done on a machine that works

Span = collections.namedtuple(
    "Span", ["service", "name", "kind", "trace_id", "span_id", "parent_id"])


def environment(folder, **variables):
    """The test's own environment without tracing in it, and then these."""
    env = {name: value for name, value in os.environ.items()
           if not name.startswith(("OTEL_", "WAYBILL_", "LD_PRELOAD"))}
    env["WAYBILL_OUT"] = os.path.join(folder, "spans.jsonl")
    # What a test finds was written at the end, by what it is about.
    env["OTEL_BSP_SCHEDULE_DELAY"] = "600000"
    env.update(variables)
    return env


def run(command, **kwargs):
    """A finished process, with what it wrote as text."""
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          text=True, timeout=TIMEOUT, check=False, **kwargs)


def spans(folder):
    """All spans in the folder's file, in its order."""
    path = os.path.join(folder, "spans.jsonl")
    if not os.path.exists(path):
        return []
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            for resource in json.loads(line)["resourceSpans"]:
                attributes = {a["key"]: a["value"]
                              for a in resource["resource"]["attributes"]}
                service = attributes["service.name"]["stringValue"]
                for scope in resource["scopeSpans"]:
                    for span in scope["spans"]:
                        found.append(Span(
                            service, span["name"], span["kind"],
                            span["traceId"], span["spanId"],
                            span.get("parentSpanId", "")))
    return found


def pairs(all_spans):
    """(client, server) for each call; fails where a half is missing."""
    by_parent = {s.parent_id: s for s in all_spans if s.kind == SERVER}
    clients = [s for s in all_spans if s.kind == CLIENT]
    assert len(by_parent) == len(clients) == len(all_spans) / 2, all_spans
    return [(client, by_parent[client.span_id]) for client in clients]
