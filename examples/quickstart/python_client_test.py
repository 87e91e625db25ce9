#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""A client in another language: gRPC's own for Python, as Debian ships it.

It calls the quickstart's server, which writes its spans to a file. A trace
that the client has begun is continued; a client that sends garbage gets its
answer, and a fresh trace.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import grpc

SERVER = "examples/quickstart/server"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN_ID = "00f067aa0ba902b7"
GARBAGE = [
    "garbage",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",  # upper case
    "ff-" + TRACE_ID + "-" + SPAN_ID + "-01",  # the version that is forbidden
    "00-" + "0" * 32 + "-" + SPAN_ID + "-01",  # no trace
    "0" * 4000,
]


def greet(channel, metadata):
    """Calls Greet with the name "py"; the messages are written by hand."""
    call = channel.unary_unary("/quickstart.Greeter/Greet")
    return call(b"\x0a\x02py", metadata=metadata, timeout=20)


def spans_of(metadata_of_each_call):
    """What a server recorded of calls with these metadata, span by span."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "spans.jsonl")
        environment = dict(os.environ, WAYBILL_OUT=out)
        server = subprocess.Popen([SERVER, "0"], env=environment, text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            port = re.search(r":(\d+);", server.stdout.readline()).group(1)
            with grpc.insecure_channel("127.0.0.1:" + port) as channel:
                for metadata in metadata_of_each_call:
                    reply = greet(channel, metadata)
                    assert reply == b"\x0a\x0aHello, py!", reply
            server.communicate("\n", timeout=30)
            assert server.returncode == 0, server.returncode
        finally:
            server.kill()
            server.wait()
        with open(out, encoding="utf-8") as lines:
            requests = [json.loads(line) for line in lines]
    return [span for request in requests
            for resource in request["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
            if span["name"] == "quickstart.Greeter/Greet"]


class PythonClientTest(unittest.TestCase):

    def test_continues_the_clients_trace(self):
        spans = spans_of([[("traceparent", f"00-{TRACE_ID}-{SPAN_ID}-01"),
                           ("tracestate", "vendor=1")]])
        self.assertEqual(len(spans), 1)
        self.assertEqual(spans[0]["traceId"], TRACE_ID)
        self.assertEqual(spans[0]["parentSpanId"], SPAN_ID)
        self.assertEqual(spans[0]["traceState"], "vendor=1")

    def test_records_nothing_of_a_trace_that_is_not_sampled(self):
        self.assertEqual(
            spans_of([[("traceparent", f"00-{TRACE_ID}-{SPAN_ID}-00")],
                      []])[0].get("parentSpanId", ""), "")

    def test_answers_garbage_and_begins_a_fresh_trace(self):
        spans = spans_of([[("traceparent", text)] for text in GARBAGE])
        self.assertEqual(len(spans), len(GARBAGE))
        for span in spans:
            self.assertEqual(span.get("parentSpanId", ""), "")
            self.assertNotEqual(span["traceId"], TRACE_ID)
        self.assertEqual(len({span["traceId"] for span in spans}), len(spans))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])
