#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""What the agent does to programs: with gRPC, and with none."""

import concurrent.futures
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import grpc

sys.path.insert(0, "agent")
import traced_run  # noqa: E402 (Bazel runs a test where its data is)

AGENT = os.path.abspath("agent/libwaybill_agent.so")
PROGRAM = os.path.abspath("agent/rpc_program")
LINKED_IN = os.path.abspath("agent/rpc_program_linked_in")
LATE = os.path.abspath("agent/late_program")
TRACED = os.path.abspath("agent/traced_program")
PLUGIN = os.path.abspath("agent/rpc_plugin.so")
UNARY = "waybill.testing.Echo/Unary"
SHUTDOWN_MILLIS = 500
SHORT_PROCESSES = 200


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


class AgentTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def environment(self, **variables):
        variables.setdefault("LD_PRELOAD", AGENT)
        return traced_run.environment(self.folder, **variables)

    def run_traced(self, *command, **variables):
        return traced_run.run(command, env=self.environment(**variables))

    def names(self):
        """(kind, name) of each span that came out, sorted."""
        return sorted((span.kind, span.name)
                      for span in traced_run.spans(self.folder))

    def assert_one_call(self):
        calls = traced_run.pairs(traced_run.spans(self.folder))
        self.assertEqual([client.name for client, _ in calls], [UNARY])

    def assert_untraced(self, result, stderr_part):
        """The program ran, and one line says why it is not traced."""
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("waybill: "), result.stderr)
        self.assertIn(stderr_part, result.stderr)

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

    # Programs without gRPC.

    def test_leaves_other_programs_as_they_are(self):
        commands = [
            ["/bin/true"],
            ["/bin/false"],
            ["sh", "-c", "echo out; echo err >&2; exit 3"],
            ["sh", "-c", "kill -TERM $$"],
            ["gcc", "-E", "-x", "c", "/dev/null"],
            ["gcc", "no-such-file.c"],
            ["grep", "-E", "Threads|SigCgt", "/proc/self/status"],
            ["python3", "-c", "import ctypes; ctypes.CDLL('libm.so.6')"],
        ]
        for command in commands:
            plain = self.run_traced(*command, LD_PRELOAD="")
            traced = self.run_traced(*command)
            self.assertEqual(
                (plain.returncode, plain.stdout, plain.stderr),
                (traced.returncode, traced.stdout, traced.stderr), command)
        self.assertEqual(self.names(), [])

    def test_leaves_200_short_processes_as_they_are(self):
        commands = [["/bin/true"], ["uname", "-a"], ["sort", "--version"],
                    ["sh", "-c", "echo out; echo err >&2; exit 3"]]
        for command in commands:
            outcomes = set()
            for i in range(SHORT_PROCESSES // len(commands)):
                # One of them without, which says how the others are to be.
                result = self.run_traced(*command,
                                         LD_PRELOAD=AGENT if i else "")
                outcomes.add((result.returncode, result.stdout, result.stderr))
            self.assertEqual(len(outcomes), 1, outcomes)
        self.assertEqual(self.names(), [])

    def test_leaves_programs_with_a_sanitizer_as_they_are(self):
        program = os.path.join(self.folder, "program")
        source = "#include <stdlib.h>\nint main(void) { %s return 3; }\n"
        rows = [("address", "", 3), ("thread", "", 3), ("undefined", "", 3),
                # It still finds what it is there for.
                ("address", "volatile char* p = malloc(1); p[1] = 0;", 1)]
        for sanitizer, body, status in rows:
            subprocess.run(
                ["gcc", "-x", "c", "-", "-fsanitize=" + sanitizer, "-o",
                 program], text=True, input=source % body, check=True)
            result = self.run_traced(program)
            self.assertEqual(result.returncode, status, result.stderr)
            self.assertEqual("heap-buffer-overflow" in result.stderr,
                             bool(body), result.stderr)

    def test_is_silent_about_grpcs_c_library_alone(self):
        program = os.path.join(self.folder, "program")
        subprocess.run(["gcc", "-x", "c", "-", "-o", program,
                        "-Wl,--no-as-needed", "-lgrpc"], text=True, check=True,
                       input="int main(void) { return 0; }")
        result = self.run_traced(program)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_leaves_the_loaders_errors_to_the_program(self):
        program = os.path.join(self.folder, "program")
        subprocess.run(
            ["gcc", "-x", "c", "-", "-o", program], text=True, check=True,
            input="#include <dlfcn.h>\nint main(void) "
            "{ return dlerror() != 0; }")
        self.assertEqual(self.run_traced(program).returncode, 0)

    def test_brings_no_grpc_into_a_program_without(self):
        maps = self.run_traced("cat", "/proc/self/maps").stdout
        self.assertIn("libwaybill_agent.so", maps)
        self.assertNotIn("grpc", maps)
        self.assertNotIn("payload", maps)
        self.assertNotIn("libstdc++", maps)

    # Programs with gRPC.

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

    def test_loses_spans_at_underscore_exit(self):
        result = self.run_traced(PROGRAM, "self-_exit")
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ok\n", ""))
        self.assertEqual(self.names(), [])

    # What cannot be traced.

    def fake_library(self, soname):
        """A program that is linked with an empty library of that name."""
        program = os.path.join(self.folder, "program")
        with open(program + ".c", "w", encoding="utf-8") as file:
            file.write("int fake(void); int main(void) { return fake(); }\n")
        subprocess.run(
            ["gcc", "-shared", "-x", "c", "-", "-o", soname,
             "-Wl,-soname," + soname], input="int fake(void) { return 0; }",
            text=True, cwd=self.folder, check=True)
        subprocess.run(["gcc", program + ".c", "-o", program, "./" + soname,
                        "-Wl,-rpath," + self.folder], cwd=self.folder,
                       check=True)
        return program

    def test_says_that_grpc_is_another_version(self):
        program = self.fake_library("libgrpc++.so.9")
        self.assert_untraced(self.run_traced(program),
                             "this process has libgrpc++.so.9, this agent is "
                             "for libgrpc++.so.1")

    def test_says_that_grpc_is_the_one_without_tls(self):
        program = self.fake_library("libgrpc++_unsecure.so.1.51")
        self.assert_untraced(self.run_traced(program),
                             "libgrpc++_unsecure.so.1.51")

    def test_says_that_grpc_is_linked_statically(self):
        program = os.path.join(self.folder, "program")
        subprocess.run(
            ["gcc", "-x", "c", "-", "-rdynamic", "-o", program], text=True,
            input="void grpc_init(void) {} int main(void) { return 0; }",
            check=True)
        self.assert_untraced(self.run_traced(program), "agent:link_in")

    def test_says_nothing_where_the_agent_is_linked_in_with_it(self):
        program = os.path.join(self.folder, "program")
        subprocess.run(
            ["gcc", "-x", "c", "-", "-rdynamic", "-o", program], text=True,
            input="void grpc_init(void) {} void _ZN7waybill10StartAgentEv(void)"
            " {} int main(void) { return 0; }", check=True)
        self.assertEqual(self.run_traced(program).stderr, "")

    def test_is_silent_where_asked_to(self):
        program = self.fake_library("libgrpc++.so.9")
        self.assertEqual(self.run_traced(program, WAYBILL_LOG="off").stderr, "")
        result = self.run_traced(PROGRAM, "self", WAYBILL_LOG="off",
                                 OTEL_TRACES_SAMPLER="some")
        self.assertEqual((result.stdout, result.stderr), ("ok\n", ""))

    def test_says_which_variable_it_does_not_understand(self):
        result = self.run_traced(PROGRAM, "self", OTEL_TRACES_SAMPLER="some")
        self.assert_untraced(result, "OTEL_TRACES_SAMPLER")
        self.assertEqual(result.stdout, "ok\n")

    def test_leaves_the_global_factory_to_the_program(self):
        rows = [
            ([PROGRAM], AGENT),
            ([LATE, PLUGIN], AGENT),
            ([LINKED_IN], ""),
            ([LINKED_IN], AGENT),
        ]
        for command, preloaded in rows:
            result = self.run_traced(*command, "self-factory",
                                     LD_PRELOAD=preloaded)
            self.assert_untraced(result, "interceptor factory of its own")
            self.assertEqual(result.stdout, "ok\n")
            self.assertEqual(self.names(), [(traced_run.SERVER, UNARY)])
            os.remove(os.path.join(self.folder, "spans.jsonl"))

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

    def test_traces_a_daemon(self):
        process, port, daemon = self.start("serve-daemon")
        self.assertEqual(process.wait(traced_run.TIMEOUT), 0)
        self.assertNotEqual(daemon, process.pid)
        self.call(port)
        os.kill(daemon, signal.SIGTERM)
        self.wait_until(lambda: self.names() == [(traced_run.SERVER, UNARY)])
        self.wait_until(lambda: not os.path.exists(f"/proc/{daemon}"))

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
