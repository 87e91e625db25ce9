# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""clangd asks a remote index for symbols, as editors have it do.

Debian has the client alone. The index is played by another language's gRPC,
which knows one symbol; what clangd answers its editor is compared byte for
byte.
"""

import concurrent.futures
import contextlib
import json
import subprocess
import tempfile

import grpc
from waiting import traced_run

SERVICE = "clang.clangd.remote.v1.SymbolIndex"
CLANGD = "/usr/bin/clangd-14"


def field(number, value):
    """A field of a protobuf message; all here are shorter than 128 bytes."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def symbol():
    """far_away(), which stands in line 3 of far.h."""
    begin, end = field(1, 3) + field(2, 4), field(1, 3) + field(2, 12)
    location = field(1, begin) + field(2, end) + field(3, b"far.h")
    kind = field(1, 13) + field(3, 3)
    return (field(1, b"0123456789ABCDEF") + field(2, kind) +
            field(3, b"far_away") + field(4, location) + field(6, location))


@contextlib.contextmanager
def remote_index(traceparents):
    """Its address. It notes the context that each call brings."""

    def fuzzy_find(_, context):
        metadata = dict(context.invocation_metadata())
        traceparents.append(metadata.get("traceparent"))
        yield field(1, symbol())
        yield field(2, 0)  # there are no more

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
        SERVICE, {"FuzzyFind":
                  grpc.unary_stream_rpc_method_handler(fuzzy_find)})])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None)


def request(method, number=None, **params):
    """As an editor writes it to clangd's standard input."""
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    if number is not None:
        message["id"] = number
    body = json.dumps(message)
    return f"Content-Length: {len(body)}\r\n\r\n{body}"


def answers(folder, *launcher):
    """What clangd says to an editor that looks for "far"; and the contexts."""
    asked = (request("initialize", 1, processId=None, rootUri=None,
                     capabilities={}) +
             request("initialized") +
             request("workspace/symbol", 2, query="far") +
             request("shutdown", 3) + request("exit"))
    traceparents = []
    with remote_index(traceparents) as address:
        result = subprocess.run(
            [*launcher, CLANGD, "--log=error", "--sync", "--project-root=/",
             "--remote-index-address=" + address], input=asked, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            timeout=traced_run.TIMEOUT, env=traced_run.environment(folder))
    return (result.returncode, result.stdout, result.stderr), traceparents


def check(waybill):
    with tempfile.TemporaryDirectory() as folder:
        plain, contexts = answers(folder)
        assert "far_away" in plain[1] and contexts == [None], (plain, contexts)
        traced, contexts = answers(folder, waybill, "run",
                                   f"--out={folder}/spans.jsonl", "--")
        assert traced == plain, (plain, traced)
        spans = traced_run.spans(folder)
    assert [(s.service, s.kind, s.name) for s in spans] == [
        ("unknown_service:clangd-14", traced_run.CLIENT,
         SERVICE + "/FuzzyFind")], spans
    assert [c.split("-")[1:3] for c in contexts] == [
        [spans[0].trace_id, spans[0].span_id]], contexts
    print("clangd: a call of its remote index, which sees the context; its "
          "answers are the same")
