# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""How the benchmarks measure: times that take turns, and callgrind's counts.

A program's last argument is how often it does what is measured, and it prints
the nanoseconds of one; of one of each variant, where it runs several.
"""

import collections
import pathlib
import re
import statistics
import subprocess
import tempfile

# What calls for memory end in, operator new included.
ALLOCATORS = {"malloc", "calloc", "realloc", "memalign", "aligned_alloc",
              "posix_memalign"}

# Of one thing that is measured. drain is of the thread that exports.
Cost = collections.namedtuple(
    "Cost", "instructions allocations drain_instructions drain_allocations")


class Times:
    """Of variants that take turns, so that what disturbs one disturbs all."""

    def __init__(self, commands, rounds):
        """commands: a variant's name, or the names of several, to a command."""
        self.all = {}
        for _ in range(rounds):
            for names, command in commands.items():
                output = subprocess.run(command, check=True,
                                        capture_output=True, text=True)
                if output.stderr:  # such as spans that were lost
                    print(f"{names}: {output.stderr.strip()}")
                names = names if isinstance(names, tuple) else (names,)
                for name, nanos in zip(names, output.stdout.split()):
                    self.all.setdefault(name, []).append(float(nanos))

    def median(self, name):
        return statistics.median(self.all[name])

    def spread(self, name):
        return f"{min(self.all[name]):.0f}-{max(self.all[name]):.0f}"

    def ratio(self, name, base):
        """The median of what each round says."""
        return statistics.median(
            a / b for a, b in zip(self.all[name], self.all[base]))

    def difference(self, name, base):
        return statistics.median(
            a - b for a, b in zip(self.all[name], self.all[base]))


def _read(path):
    """Instructions, calls for memory, and whether it exports: of one thread."""
    names = {}  # callgrind writes a name once, then its number
    instructions = allocations = 0
    caller = called = None
    exports = False
    for line in path.read_text(errors="replace").splitlines():
        match = re.match(r"c?fn=\((\d+)\)(?: (.*))?", line)
        if match:
            number, name = match.groups()
            if name is not None:
                names[number] = name
            if line[0] == "c":
                called = names[number]
            else:
                caller = names[number]
            exports = exports or "Exporter::Export(" in names[number]
        elif line.startswith("calls="):
            # One of them may leave its work to another.
            if called in ALLOCATORS and caller not in ALLOCATORS:
                allocations += int(line[6:].split()[0])
        elif line.startswith("totals:"):
            instructions = int(line.split()[1])
    return instructions, allocations, exports


def _run_once(command, count, only_main_thread, root):
    with tempfile.TemporaryDirectory(dir=(root or "") + "/tmp") as folder:
        inside = folder[len(root or ""):]
        subprocess.run(
            (["chroot", root] if root else []) +
            ["valgrind", "--tool=callgrind", "--separate-threads=yes",
             f"--callgrind-out-file={inside}/out", *command, str(count)],
            check=True, capture_output=True)
        threads = [_read(path)
                   for path in sorted(pathlib.Path(folder).glob("out-*"))]
    path_threads = threads[:1] if only_main_thread else [
        threads[0], *(thread for thread in threads[1:] if not thread[2])]
    drain = [thread for thread in threads[1:] if thread[2]]
    return Cost(*(sum(thread[i] for thread in some)
                  for some in (path_threads, drain) for i in (0, 1)))


def cost(command, count, only_main_thread=True, root=None):
    """Of one, between `count` and three times as many.

    Of the main thread alone, or of all but the one that exports. root is the
    folder of another Debian in which the program runs.
    """
    few = _run_once(command, count, only_main_thread, root)
    many = _run_once(command, 3 * count, only_main_thread, root)
    return Cost(*((b - a) / (2 * count) for a, b in zip(few, many)))
