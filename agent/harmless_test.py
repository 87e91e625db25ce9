#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""The agent in programs that it cannot trace, or that have nothing to trace."""

import os
import subprocess
import sys
import unittest

sys.path.insert(0, "agent")
import traced_run  # noqa: E402 (Bazel runs a test where its data is)
from agent_case import (  # noqa: E402
    AGENT, LATE, LINKED_IN, PLUGIN, PROGRAM, UNARY, AgentCase)

SHORT_PROCESSES = 200


class HarmlessTest(AgentCase):

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


if __name__ == "__main__":
    unittest.main()
