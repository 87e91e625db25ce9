# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of the agent share: programs, and what became of them."""

import os
import tempfile
import unittest

import traced_run

AGENT = os.path.abspath("agent/libwaybill_agent.so")
PROGRAM = os.path.abspath("agent/rpc_program")
LINKED_IN = os.path.abspath("agent/rpc_program_linked_in")
LATE = os.path.abspath("agent/late_program")
PLUGIN = os.path.abspath("agent/rpc_plugin.so")
UNARY = "waybill.testing.Echo/Unary"


class AgentCase(unittest.TestCase):

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
