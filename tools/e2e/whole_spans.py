# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""The collector understands all of a span, and no more, as we meant it.

Two processes make two calls, one of which fails. What came of them is compared
field by field, both as they export it and as WAYBILL_OUT writes it; and with
what a viewer shows that gets it from the collector.
"""

import contextlib
import json
import pathlib
import tempfile

import backend
import program
from program import Program
from waiting import traced_run

CALL = "e2e.Relay/Pass"
# SpanFlags of OTLP: sampled, whether the parent is remote is known, it is.
LOCAL, REMOTE = 0x101, 0x301
LINK_FLAGS = 0x1
ERROR = 2  # StatusCode of OTLP


def call(relay, client_environment, server_environment):
    """Two calls, "hello" and "fail"; the port of the server."""
    with Program([relay, "serve"], OTEL_SERVICE_NAME="server",
                 **server_environment) as server:
        address = server.address()
        with Program([relay, "call", address, *program.HEADERS],
                     OTEL_SERVICE_NAME="client",
                     OTEL_RESOURCE_ATTRIBUTES="deployment.environment.name=e2e",
                     **client_environment) as client:
            assert client.ask("hello") == "hello"
            assert client.ask("fail") == "it was told to"
            assert client.end() == ""
        assert server.end() == ""
    return int(address.split(":")[1])


def expected_call(kind, parent, text, more):
    made = {"kind": kind, "name": CALL, "parentSpanId": parent,
            "flags": REMOTE,
            "attributes": {"rpc.system.name": "grpc", "rpc.method": CALL,
                           "rpc.response.status_code": "OK", **more}}
    if text == "fail":
        made["attributes"].update({"rpc.response.status_code": "INTERNAL",
                                   "error.type": "INTERNAL"})
        made["status"] = {"code": ERROR, "message": "it was told to"}
    return made


def expected_detail(text, server):
    return {
        "kind": traced_run.INTERNAL, "name": "detail",
        "parentSpanId": server["spanId"], "flags": LOCAL,
        "attributes": {
            "e2e.text": text, "e2e.bool": True, "e2e.int": -9007199254740993,
            "e2e.double": 0.1, "e2e.bools": [True, False],
            "e2e.ints": [-1, 1 << 40], "e2e.doubles": [0.5, -2.0],
            "e2e.strings": ["a", "ü"]},
        "events": [{"name": "looked", "attributes": {"e2e.attempt": 2}}],
        "links": [{"attributes": {"e2e.why": "itself"}, "flags": LINK_FLAGS,
                   "traceState": "vendor=1,other=2"}],
        "status": {"code": ERROR, "message": "as it was told"}}


def without_ids_and_times(span):
    """What is the same each time; checks that the rest makes sense."""
    left = dict(span)
    begin, end = (int(left.pop(key)) for key in ("startTimeUnixNano",
                                                 "endTimeUnixNano"))
    assert begin < end, span
    assert left.pop("traceId") == program.TRACE_ID, span
    assert left.pop("traceState") == "vendor=1,other=2", span
    own = left.pop("spanId")
    assert left.pop("scope") == {"name": "waybill", "version": "0.1.0",
                                 "attributes": {}}, span
    resource = left.pop("resource")
    assert resource["service.name"] == left.pop("service"), span
    assert resource["telemetry.sdk.name"] == "waybill", span
    assert (resource.get("deployment.environment.name") ==
            ("e2e" if resource["service.name"] == "client" else None)), span
    for event in left.get("events", []):
        assert begin <= int(event.pop("timeUnixNano")) <= end, span
    for link in left.get("links", []):
        assert link.pop("spanId") == own, span
        assert link.pop("traceId") == program.TRACE_ID, span
    return left


def check_spans(spans, port):
    """That these are the six of call(), whole."""
    assert len(spans) == 6, spans
    by_parent = {}
    for span in spans:
        by_parent.setdefault(span["parentSpanId"], []).append(span)
    clients = sorted(by_parent[program.ROOT_ID],
                     key=lambda span: int(span["startTimeUnixNano"]))
    for text, client in zip(("hello", "fail"), clients):
        server, = by_parent[client["spanId"]]
        detail, = by_parent[server["spanId"]]
        assert [s["service"] for s in (client, server, detail)] == [
            "client", "server", "server"]
        for span, wanted in [
                (client, expected_call(
                    traced_run.CLIENT, program.ROOT_ID, text,
                    {"server.address": "127.0.0.1", "server.port": port})),
                (server, expected_call(
                    traced_run.SERVER, client["spanId"], text,
                    {"e2e.tenant": program.TENANT})),
                (detail, expected_detail(text, server))]:
            found = without_ids_and_times(span)
            assert found == wanted, (found, wanted)


def in_order(spans):
    return sorted(spans, key=lambda span: span["spanId"])


def check(waybill, collector_program, relay):
    with tempfile.TemporaryDirectory() as folder, \
            contextlib.ExitStack() as end:
        sink = end.enter_context(backend.Sink())
        viewer = end.enter_context(backend.Viewer(waybill))
        collector = end.enter_context(
            backend.Collector(collector_program, folder, sink, viewer))
        over_grpc = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint}
        port = call(relay, over_grpc, over_grpc)
        check_spans(sink.spans(), port)
        print("collector: two calls, 6 spans over gRPC, each field of each "
              "as it was meant")

        shown = [span for line in
                 viewer.show("--trace=all", "--format=otlp").splitlines()
                 for span in backend.spans_of(json.loads(line))]
        assert in_order(shown) == in_order(sink.spans()), (shown, sink.spans())
        print("collector: a viewer behind it has the same 6 spans")

        sink.clear()
        out = pathlib.Path(folder) / "spans.jsonl"
        to_file = {"WAYBILL_OUT": str(out)}
        port = call(relay, to_file, to_file)
        lines = out.read_text(encoding="utf-8").splitlines()
        for line in lines:
            answer = collector.post(line)
            assert answer == {"partialSuccess": {}}, answer
        check_spans(sink.spans(), port)
        written = [span for line in lines
                   for span in backend.spans_of(json.loads(line))]
        assert in_order(written) == in_order(sink.spans()), written
        print(f"collector: reads the {len(lines)} lines of WAYBILL_OUT, and "
              "hands on the same 6 spans")
