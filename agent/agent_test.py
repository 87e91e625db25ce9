#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""What the agent does to programs with gRPC, while they run and at their end.
"""

import concurrent.futures
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

import grpc

sys.path.insert(0, "agent")
import traced_run  # noqa: E402 (Bazel runs a test where its data is)
from agent_case import (  # noqa: E402
    AGENT, LATE, LINKED_IN, PLUGIN, PROGRAM, UNARY, AgentCase)

TRACED = os.path.abspath("agent/traced_program")
SHUTDOWN_MILLIS = 500


@contextlib.contextmanager
def slow_backend():
    """One that answers no export until it is told to.

    Its address; that it has been asked; that it may answer; how many spans of
    a call it has got.
    """
    began, answer, requests = threading.Event(), threading.Event(), []

    def export(request, _):
        requests.append(request)
        began.set()
        answer.wait(traced_run.TIMEOUT)
        return b""

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(
        "opentelemetry.proto.collector.trace.v1.TraceService",
        {"Export": grpc.unary_unary_rpc_method_handler(export)})])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # A span has the name twice, as its attribute rpc.method says it again.
    yield (f"127.0.0.1:{port}", began, answer,
           lambda: sum(r.count(UNARY.encode()) for r in requests) // 2)
    answer.set()
    server.stop(None)


def is_pending(pid, number):
    """That a signal waits for the process to take it."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        masks = [int(line.split()[1], 16) for line in status
                 if line.startswith(("SigPnd", "ShdPnd"))]
    return any(mask & 1 << number - 1 for mask in masks)


class AgentTest(AgentCase):

    def start(self, mode, ignored=None, **variables):
        """A server, started with a signal ignored: process, port, pid."""
        process = subprocess.Popen(
            [PROGRAM, mode], env=self.environment(**variables), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=ignored and (
                lambda: signal.signal(ignored, signal.SIG_IGN)))
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(select.select([process.stdout], [], [],
                                      traced_run.TIMEOUT)[0])
        port, pid = process.stdout.readline().split()
        return process, port, int(pid)

    def call(self, port):
        """One call to a server, by a client that is not traced."""
        result = self.run_traced(PROGRAM, "call", port, LD_PRELOAD="")
        self.assertEqual(result.stdout, "ok\n", result.stderr)

    def test_traces_a_program(self):
        result = self.run_traced(PROGRAM, "self")
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ok\n", ""))
        self.assert_one_call()

    def test_traces_a_program_that_it_is_linked_into(self):
        result = self.run_traced(LINKED_IN, "self", LD_PRELOAD="")
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ok\n", ""))
        self.assert_one_call()

    def test_preloaded_and_linked_in_are_two_spans_of_a_call_not_four(self):
        result = self.run_traced(LINKED_IN, "self")
        self.assertEqual((result.stdout, result.stderr), ("ok\n", ""))
        self.assert_one_call()

    def test_steps_aside_where_a_program_traces_itself(self):
        for preloaded in ("", AGENT):
            result = self.run_traced(TRACED, "self", LD_PRELOAD=preloaded)
            self.assertEqual((result.returncode, result.stdout, result.stderr),
                             (0, "ok\n", ""))
            spans = traced_run.spans(self.folder)
            parents = {s.span_id: s.name for s in spans}
            self.assertEqual(
                sorted((s.kind, s.name, parents.get(s.parent_id, ""))
                       for s in spans),
                [(traced_run.INTERNAL, "main", ""),
                 (traced_run.SERVER, UNARY, UNARY),
                 (traced_run.CLIENT, UNARY, "main")], spans)
            os.remove(os.path.join(self.folder, "spans.jsonl"))

    def test_traces_grpc_that_comes_late(self):
        result = self.run_traced(LATE, PLUGIN, "self")
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ok\n", ""))
        self.assert_one_call()

    def test_traces_a_child_that_is_forked_and_executed(self):
        result = self.run_traced(PROGRAM, "fork-exec")
        self.assertEqual((result.returncode, result.stdout), (0, "ok\n"))
        self.assert_one_call()

    def test_children_that_execute_nothing_end_as_without(self):
        for mode in ("self-fork", "self-vfork"):
            plain = self.run_traced(PROGRAM, mode, LD_PRELOAD="")
            self.assertEqual((plain.returncode, plain.stdout), (0, "ok\n"))
            result = self.run_traced(PROGRAM, mode)
            self.assertEqual((result.returncode, result.stdout, result.stderr),
                             (0, "ok\n", ""))
            self.assert_one_call()
            os.remove(os.path.join(self.folder, "spans.jsonl"))

    def test_is_no_standard_stream_of_a_program_that_has_none(self):
        for closed in ("<&-", ">&-", "2>&-"):
            result = self.run_traced("sh", "-c", f"exec {PROGRAM} self {closed}")
            self.assertEqual(result.returncode, 0)
            self.assert_one_call()  # and nothing else is in that file
            os.remove(os.path.join(self.folder, "spans.jsonl"))

    def test_loses_spans_at_underscore_exit(self):
        result = self.run_traced(PROGRAM, "self-_exit")
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ok\n", ""))
        self.assertEqual(self.names(), [])

    # Ends.

    def test_flushes_at_signals_that_the_program_leaves_alone(self):
        for mode in ("serve", "serve-asleep"):
            for number in (signal.SIGTERM, signal.SIGINT):
                process, port, _ = self.start(mode)
                self.call(port)
                self.assertEqual(self.names(), [])
                process.send_signal(number)
                self.assertEqual(process.wait(traced_run.TIMEOUT), -number)
                # A sleeper does not wake to say so.
                self.assertEqual(process.stdout.read(), "")
                self.assertEqual(self.names(), [(traced_run.SERVER, UNARY)])
                os.remove(os.path.join(self.folder, "spans.jsonl"))

    def test_leaves_signals_to_a_program_that_handles_them(self):
        process, port, _ = self.start("serve-handled")
        self.call(port)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(traced_run.TIMEOUT), 7)
        self.assertEqual(self.names(), [])  # its handler calls _exit()

    def test_leaves_signals_ignored_that_were(self):
        process, port, _ = self.start("serve", ignored=signal.SIGTERM)
        process.terminate()
        self.call(port)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(traced_run.TIMEOUT), -signal.SIGINT)
        self.assertEqual(self.names(), [(traced_run.SERVER, UNARY)])

    def daemon(self, **variables):
        """One call to a daemon, which is told to end then."""
        process, port, daemon = self.start("serve-daemon", **variables)
        self.assertEqual(process.wait(traced_run.TIMEOUT), 0)
        self.assertNotEqual(daemon, process.pid)
        self.call(port)
        os.kill(daemon, signal.SIGTERM)
        self.wait_until(lambda: not os.path.exists(f"/proc/{daemon}"))

    def test_traces_a_daemon(self):
        self.daemon()
        self.assertEqual(self.names(), [(traced_run.SERVER, UNARY)])
        with slow_backend() as (address, _, answer, names):
            answer.set()
            self.daemon(OTEL_TRACES_EXPORTER="otlp",
                        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}")
            self.assertEqual(names(), 1)

    def wait_until(self, condition):
        deadline = time.monotonic() + traced_run.TIMEOUT
        while not condition():
            self.assertLess(time.monotonic(), deadline)
            select.select([], [], [], 0.01)

    def test_ends_in_time_where_the_backend_hangs(self):
        with socket.create_server(("127.0.0.1", 0)) as backend:
            variables = {
                "OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT":
                    f"http://127.0.0.1:{backend.getsockname()[1]}",
                "WAYBILL_SHUTDOWN_TIMEOUT": str(SHUTDOWN_MILLIS),
            }
            started = time.monotonic()
            result = self.run_traced(PROGRAM, "self", **variables)
            self.assertEqual(result.stdout, "ok\n")
            self.assert_took_the_timeout(started)

            process, port, _ = self.start("serve", **variables)
            self.call(port)
            started = time.monotonic()
            process.terminate()
            self.assertEqual(process.wait(traced_run.TIMEOUT), -signal.SIGTERM)
            self.assert_took_the_timeout(started)

    def test_flushes_what_ends_while_it_exports(self):
        with slow_backend() as (address, began, answer, names):
            process, port, _ = self.start(
                "serve", OTEL_TRACES_EXPORTER="otlp",
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
                OTEL_BSP_SCHEDULE_DELAY="1",
                WAYBILL_SHUTDOWN_TIMEOUT=str(traced_run.TIMEOUT * 1000))
            self.call(port)
            self.assertTrue(began.wait(traced_run.TIMEOUT))
            self.call(port)
            process.terminate()
            # The handler has it, and the first export is not over.
            self.wait_until(lambda: not is_pending(process.pid, signal.SIGTERM))
            answer.set()
            self.assertEqual(process.wait(traced_run.TIMEOUT), -signal.SIGTERM)
            self.assertEqual(names(), 2)

    def test_ends_at_once_at_a_second_signal(self):
        with socket.create_server(("127.0.0.1", 0)) as backend:
            process, port, _ = self.start(
                "serve-asleep", OTEL_TRACES_EXPORTER="otlp",
                OTEL_EXPORTER_OTLP_ENDPOINT=
                f"http://127.0.0.1:{backend.getsockname()[1]}",
                WAYBILL_SHUTDOWN_TIMEOUT=str(traced_run.TIMEOUT * 4000))
            self.call(port)
            process.terminate()
            # The flush has begun: the backend that hangs is being asked.
            backend.settimeout(traced_run.TIMEOUT)
            backend.accept()[0].close()
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(traced_run.TIMEOUT), -signal.SIGINT)

    def assert_took_the_timeout(self, started):
        took = time.monotonic() - started
        self.assertGreater(took, SHUTDOWN_MILLIS / 1000 / 2)
        # Ten times, for a machine that does much else.
        self.assertLess(took, SHUTDOWN_MILLIS / 1000 * 10)


if __name__ == "__main__":
    unittest.main()
