#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""`waybill run` and `waybill doctor`, as a person types them."""

import os
import random
import stat
import subprocess
import tempfile
import unittest

WAYBILL = os.path.abspath("cli/waybill")
REGISTER = ("_ZN4grpc12experimental38RegisterGlobalClientInterceptorFactoryEPNS"
            "0_33ClientInterceptorFactoryInterfaceE")
DAMAGED_FILES = 60


class CliTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.env = {"PATH": os.environ["PATH"]}

    def waybill(self, *arguments, **variables):
        return subprocess.run([WAYBILL, *arguments], text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**self.env, **variables}, cwd=self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def compile(self, source, *flags, name="program"):
        """A C program of the test's folder."""
        subprocess.run(["gcc", "-x", "c", "-", "-x", "none", "-o", name,
                        *flags], input=source, text=True, cwd=self.folder,
                       check=True)
        return self.path(name)


class RunTest(CliTest):

    def printed(self, *flags, **variables):
        """What the command would find in its environment."""
        result = self.waybill("run", *flags, "--", "env", **variables)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return dict(line.split("=", 1) for line in result.stdout.splitlines())

    def test_sets_what_the_flags_say_and_no_more(self):
        rows = [
            ([], {}, {}),
            (["--service=a b"], {}, {"OTEL_SERVICE_NAME": "a b"}),
            (["--service", "new"], {"OTEL_SERVICE_NAME": "old"},
             {"OTEL_SERVICE_NAME": "new"}),
            (["--exporter=console"], {"WAYBILL_OUT": "/f"},
             {"OTEL_TRACES_EXPORTER": "console", "WAYBILL_OUT": "/f"}),
            (["--endpoint=http://h:1"], {},
             {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://h:1",
              "OTEL_TRACES_EXPORTER": "otlp"}),
            # The file is where the launcher was started, and the exporter of
            # the environment would win over it.
            (["--out=f"], {"OTEL_TRACES_EXPORTER": "otlp"},
             {"WAYBILL_OUT": self.path("f")}),
            (["--sampler=always_on"], {"OTEL_TRACES_SAMPLER_ARG": "0.5"},
             {"OTEL_TRACES_SAMPLER": "always_on"}),
            (["--sampler=traceidratio:0.1"], {},
             {"OTEL_TRACES_SAMPLER": "traceidratio",
              "OTEL_TRACES_SAMPLER_ARG": "0.1"}),
        ]
        for flags, before, after in rows:
            found = self.printed(*flags, **before)
            preloaded = found.pop("LD_PRELOAD")
            self.assertTrue(os.path.exists(preloaded), preloaded)
            self.assertEqual(found, {**self.env, **after}, flags)

    def test_keeps_what_is_preloaded_already(self):
        found = self.printed(LD_PRELOAD="libm.so.6")["LD_PRELOAD"]
        self.assertRegex(found, r"^/.*/libwaybill_agent.so:libm.so.6$")
        # As where it is run by itself.
        again = self.printed(LD_PRELOAD="libm.so.6  " + found + ":libdl.so.2")
        self.assertRegex(again["LD_PRELOAD"], "^/[^:]*/libwaybill_agent.so:"
                         "libm.so.6:libm.so.6:libdl.so.2$")

    def test_prints_a_command_that_does_the_same(self):
        words = ["sh", "-c", 'echo "it\'s $0 $OTEL_SERVICE_NAME $WAYBILL_OUT"',
                 "a  b"]
        flags = ["--service=it's", "--out=f"]
        dry = self.waybill("run", "--dry-run", *flags, "--", *words)
        self.assertEqual(dry.returncode, 0, dry.stderr)
        pasted = subprocess.run(["sh", "-c", dry.stdout], text=True, check=True,
                                stdout=subprocess.PIPE, env=self.env)
        self.assertEqual(pasted.stdout,
                         self.waybill("run", *flags, "--", *words).stdout)
        self.assertEqual(pasted.stdout, f"it's a  b it's {self.path('f')}\n")

    def test_ends_as_the_command_does(self):
        for script, status in (("exit 3", 3), ("kill -TERM $$", -15)):
            result = self.waybill("run", "sh", "-c", script)
            self.assertEqual(result.returncode, status)

    def test_says_that_grpc_is_inside_where_no_agent_gets_in(self):
        body = "void grpc_init(void) {} int main(void) { return 3; }"
        agent = "void _ZN7waybill10StartAgentEv(void) {} "
        rows = [
            # reason, source, flags, lines
            ("its symbols do not show in the process", body, [], 1),
            ("there is no loader", body, ["-static"], 1),
            ("the agent says it itself", body, ["-rdynamic"], 1),
            ("the agent is inside, too", agent + body, ["-static"], 0),
            ("the same, and both show", agent + body, ["-rdynamic"], 0),
            ("it has none", "int main(void) { return 3; }", [], 0),
        ]
        for reason, source, flags, lines in rows:
            program = self.compile(source, *flags)
            result = self.waybill("run", "--", program)
            self.assertEqual(result.returncode, 3, reason)
            self.assertEqual(result.stderr.count("\n"), lines, reason)
            if lines != 0:
                self.assertRegex(result.stderr, "^waybill: not tracing: .*gRPC "
                                 "is linked into .*agent:link_in", reason)
            quiet = self.waybill("run", "--", program, WAYBILL_LOG="off")
            self.assertEqual(quiet.stderr, "", reason)

    def test_finds_the_command_as_a_shell_does(self):
        os.mkdir(self.path("bin"))
        os.mkdir(self.path("bin/tool"))  # a folder is no command
        os.mkdir(self.path("bin2"))
        with open(self.path("bin2/tool"), "w", encoding="utf-8") as file:
            file.write("echo no interpreter is named here\n")
        os.chmod(self.path("bin2/tool"), 0o755)
        for arguments in (["tool"], ["--", "tool"], ["./bin2/tool"]):
            result = self.waybill(
                "run", *arguments,
                PATH=self.path("bin") + ":bin2:" + os.environ["PATH"])
            self.assertEqual((result.returncode, result.stdout, result.stderr),
                             (0, "no interpreter is named here\n", ""))

    def test_runs_where_the_folder_is_gone(self):
        os.mkdir(self.path("gone"))
        result = subprocess.run(
            ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", WAYBILL, "run",
             "--out=f", "--", "sh", "-c", "echo $WAYBILL_OUT"],
            cwd=self.path("gone"), env=self.env, text=True, check=False,
            stdout=subprocess.PIPE)
        self.assertEqual((result.returncode, result.stdout), (0, "f\n"))

    def test_says_what_is_wrong(self):
        os.mkfifo(self.path("pipe"))
        rows = [
            (["run"], 2, "no command to run"),
            (["run", "--exporter=zipkin", "--", "true"], 2,
             "expected one of otlp, console, none; found zipkin"),
            (["run", "--out=f", "--exporter=otlp", "true"], 2, "give one"),
            (["run", "--out=f", "--endpoint=http://h:1", "true"], 2,
             "--endpoint is for --exporter=otlp alone"),
            (["run", "--", "no-such-command"], 127,
             "no-such-command: No such file or directory"),
            (["run", "--", "/etc/passwd"], 126,
             "/etc/passwd: Permission denied"),
            (["run", "--", "/etc"], 126, "/etc: Permission denied"),
            (["run", "--", "/etc/passwd/none"], 126, "Not a directory"),
            (["run", "--", ""], 127, "No such file or directory"),
            (["run", "--", "./pipe"], 126, "./pipe: Permission denied"),
            (["doctor", "./pipe"], 1, "is no program"),
            (["doctor"], 2, "which program?"),
            (["doctor", "no-such-command"], 1, "no-such-command: not found"),
            (["doctor", "/etc/passwd"], 1, "is not an ELF file"),
            (["doctor", "/etc"], 1, "is no program"),
        ]
        for arguments, status, error in rows:
            result = self.waybill(*arguments)
            self.assertIn(error, result.stderr)
            self.assertEqual(result.returncode, status, arguments)
            self.assertEqual(result.stdout, "")


class DoctorTest(CliTest):

    GRPC = ("-Wl,--no-as-needed", "-lgrpc++")

    def diagnose(self, program, status, *parts):
        result = self.waybill("doctor", "--", program)
        self.assertEqual(result.stderr, "")
        for part in parts:
            self.assertIn(part, result.stdout)
        self.assertEqual(result.returncode, status, result.stdout)

    def test_program_with_the_agents_grpc(self):
        program = self.compile("int main(void) { return 0; }", *self.GRPC)
        self.diagnose(program, 0, "can be traced: waybill run -- " + program,
                      "which this agent is built for")

    def test_program_with_a_factory_of_its_own(self):
        program = self.compile(
            f"void {REGISTER}(void*); int main(void) {{ {REGISTER}(0); }}",
            *self.GRPC)
        self.diagnose(program, 0, "calls it makes are not")

    def test_program_with_another_grpc(self):
        for library in ("libgrpc++.so.9", "libgrpc++_unsecure.so.1.51"):
            self.compile("int f(void) { return 0; }", "-shared",
                         "-Wl,-soname," + library, name=library)
            program = self.compile("int f(void); int main(void) { f(); }",
                                   "./" + library, "-Wl,-rpath," + self.folder)
            self.diagnose(program, 1, "cannot be traced as it is",
                          f"it loads {library} (")

    def test_program_that_lacks_a_library(self):
        self.compile("int f(void) { return 0; }", "-shared", name="libf.so")
        program = self.compile("int f(void); int main(void) { f(); }",
                               *self.GRPC, "-L.", "-lf")
        self.diagnose(program, 1, "libf.so, which it needs, is not found")

    def test_program_with_grpc_inside(self):
        source = "void grpc_init(void) {} int main(void) { return 0; }"
        for flags in ([], ["-static"]):
            self.diagnose(self.compile(source, *flags), 1,
                          "cannot be traced as it is", "agent:link_in")
        stripped = self.compile(source, "-s")
        self.diagnose(stripped, 1, "its symbols are stripped")
        self.diagnose(self.compile(source, "-s", "-static"), 1,
                      "linked statically", "its symbols are stripped")

    def test_program_with_privileges(self):
        program = self.compile("int main(void) { return 0; }", *self.GRPC)
        for bit, word in ((stat.S_ISUID, "setuid"), (stat.S_ISGID, "setgid")):
            os.chmod(program, 0o755 | bit)
            # Its owner is who asks, and gains nothing.
            self.diagnose(program, 0, f"it is {word}: run by one who gains")

    def test_program_that_the_agent_is_linked_into(self):
        source = ("void grpc_init(void) {} "
                  "void _ZN7waybill10StartAgentEv(void) {} "
                  "int main(void) { return 0; }")
        for flags in ([], ["-static"]):
            self.diagnose(self.compile(source, *flags), 0, "is traced, however",
                          "the agent is linked into it")

    def test_program_without_grpc(self):
        self.diagnose("sh", 1, "has nothing to trace in it")

    def test_script(self):
        with open(self.path("script"), "w", encoding="utf-8") as file:
            file.write("#! /bin/sh -e\necho\n")
        self.diagnose(self.path("script"), 1, "a script, run by /bin/sh")

    def test_damaged_files(self):
        program = self.compile("int main(void) { return 0; }")
        with open(program, "rb") as file:
            whole = file.read()
        choose = random.Random(1)
        for _ in range(DAMAGED_FILES):
            data = bytearray(whole[:choose.randrange(len(whole))]
                             if choose.random() < 0.3 else whole)
            for _ in range(min(len(data), 8)):
                # Where a file says what is where: at its ends.
                at = choose.randrange(min(len(data), 2048))
                at = choose.choice([at, len(data) - 1 - at])
                data[at] = choose.randrange(256)
            with open(program, "wb") as file:
                file.write(data)
            result = self.waybill("doctor", "--", program)
            self.assertIn(result.returncode, (0, 1), bytes(data[:64]))


if __name__ == "__main__":
    unittest.main()
