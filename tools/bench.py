#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints what a span costs, as ratios of one run: `make bench`.

Times are medians over rounds in which all variants take turns, beside the
"floor" program's, the least that a span can cost on this machine. Instructions
are callgrind's, with one thread: the difference between two counts of spans,
the drain thread's work included where there is any.
"""

import re
import statistics
import subprocess
import sys

ROUNDS = 9
SPANS = 21000

# variant, what it is, the variant its time is compared with
ROWS = [
    ("floor", "floor: clock, ids, a record in a ring", None),
    ("span", "start + end, sampled, drained", "floor"),
    ("floor8", "floor with 4 strings and 4 integers", None),
    ("span8", "the same with 4 strings and 4 integers", "floor8"),
    ("unsampled", "a root that is not sampled", "floor"),
    ("unsampled_child", "a child that is not sampled", "floor"),
    ("full", "a span dropped because the recorder is full", "floor"),
]


def nanos(program, variant, threads=1):
    command = [program, variant, str(SPANS), str(threads)]
    return float(subprocess.run(command, check=True, capture_output=True,
                                text=True).stdout)


def instructions(program, variant):
    counts = []
    for spans in (SPANS, 5 * SPANS):
        command = ["valgrind", "--tool=callgrind",
                   "--callgrind-out-file=/dev/null", program, variant,
                   str(spans)]
        output = subprocess.run(command, check=True, capture_output=True,
                                text=True).stderr
        counts.append(int(re.search(r"Collected : (\d+)", output).group(1)))
    return (counts[1] - counts[0]) / (4 * SPANS)


def main():
    program = sys.argv[1]
    times = {row[0]: [] for row in ROWS}
    two_threads = []
    for _ in range(ROUNDS):
        for variant in times:
            times[variant].append(nanos(program, variant))
        two_threads.append(nanos(program, "span", threads=2))
    median = {name: statistics.median(all_) for name, all_ in times.items()}
    print(f"{'':45} {'ns':>7} {'min-max':>13} {'x floor':>8} {'instr.':>7}")
    for variant, text, base in ROWS:
        spread = f"{min(times[variant]):.0f}-{max(times[variant]):.0f}"
        ratio = f"{median[variant] / median[base]:.2f}" if base else ""
        print(f"{text:45} {median[variant]:7.1f} {spread:>13} {ratio:>8} "
              f"{instructions(program, variant):7.0f}")
    speedup = 2 * median["span"] / statistics.median(two_threads)
    print(f"two threads record {speedup:.2f} times the spans of one")


if __name__ == "__main__":
    main()
