#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""`waybill run -- bear -- make`: a program of Debian's, traced from outside.

bear watches a build: it starts a gRPC server, and a small process in front of
every compiler reports to it and asks it what to run. So each of these processes
is a client, for some milliseconds, of a server in another.
"""

import collections
import os
import sys
import tempfile
import unittest

sys.path.insert(0, "agent")
import traced_run  # noqa: E402 (Bazel runs a test where its data is)

WAYBILL = os.path.abspath("cli/waybill")
SOURCES = ["main", "cart", "price"]


class BearTest(unittest.TestCase):

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        for name in SOURCES:
            body = "int main(void) { return 0; }" if name == "main" else (
                f"int {name}(void) {{ return 1; }}")
            self.write(name + ".c", body + "\n")
        objects = " ".join(name + ".o" for name in SOURCES)
        self.write("Makefile", f"program: {objects}\n\tcc -o $@ {objects}\n")

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def build(self, *launcher):
        """What a build from nothing leaves: process, compile_commands.json."""
        for name in os.listdir(self.folder):
            if name.endswith((".o", ".json")) or name == "program":
                os.remove(os.path.join(self.folder, name))
        result = traced_run.run(
            [*launcher, "bear", "--", "make"], cwd=self.folder,
            env=traced_run.environment(self.folder))
        self.assertEqual(result.returncode, 0, result.stderr)
        path = os.path.join(self.folder, "compile_commands.json")
        with open(path, "rb") as file:
            return result, file.read()

    def test_every_call_is_two_spans_and_the_build_is_the_same(self):
        plain, plain_commands = self.build()
        spans = os.path.join(self.folder, "spans.jsonl")
        self.assertFalse(os.path.exists(spans))
        traced, traced_commands = self.build(WAYBILL, "run", "--out=" + spans,
                                             "--")
        self.assertEqual(traced_commands, plain_commands)
        self.assertEqual(traced.stdout, plain.stdout)
        self.assertEqual(traced.stderr, plain.stderr)

        calls = collections.Counter()
        for client, server in traced_run.pairs(traced_run.spans(self.folder)):
            self.assertEqual(client.name, server.name)
            self.assertEqual(client.trace_id, server.trace_id)
            self.assertNotEqual(client.service, server.service)
            self.assertEqual(server.service, "unknown_service:bear")
            calls[client.name] += 1
        # Each command that bear saw asked once, and registered at least once.
        self.assertGreaterEqual(calls["rpc.Supervisor/Resolve"],
                                len(SOURCES) + 1)
        self.assertGreaterEqual(calls["rpc.Interceptor/Register"],
                                len(SOURCES) + 1)

        shown = traced_run.run([WAYBILL, "show", "--from=" + spans,
                                "--trace=all", "--format=tree", "--both"])
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("rpc.Supervisor/Resolve", shown.stdout)

    def test_prints_trees_on_standard_error(self):
        traced, _ = self.build(WAYBILL, "run", "--exporter=console", "--")
        self.assertIn("rpc.Supervisor/Resolve CLIENT", traced.stderr)
        self.assertIn("rpc.Supervisor/Resolve SERVER", traced.stderr)


if __name__ == "__main__":
    unittest.main()
