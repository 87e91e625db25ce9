#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints Waybill and opentelemetry-cpp side by side: tools/peer/run.sh."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measure  # noqa: E402

ROUNDS = 9
PACKAGES = ["opentelemetry-cpp-dev", "libgrpc++-dev", "libabsl-dev", "g++",
            "valgrind"]

# what is measured, how many for its time, how many for callgrind, and
# (library, program and variant)
SPANS = [
    ("a span, 8 attributes, thrown away", [
        ("Waybill", "waybill_span_cost sampled"),
        ("opentelemetry-cpp", "otel_span_cost sampled")]),
    ("the same as OTLP (theirs is not serialized)", [
        ("Waybill", "waybill_span_cost otlp"),
        ("opentelemetry-cpp", "otel_span_cost otlp")]),
    ("the same, not sampled", [
        ("Waybill", "waybill_span_cost unsampled"),
        ("opentelemetry-cpp", "otel_span_cost unsampled")]),
]
CALLS = [
    ("an RPC, {}", [
        ("untraced", "interceptors_rpc_cost none {}"),
        ("Waybill", "interceptors_rpc_cost sampled {}"),
        ("opentelemetry-cpp", "otel_rpc_cost sampled {}"),
        ("o.-cpp, OTLP records", "otel_rpc_cost otlp {}")]),
]


def table(root, heading, rows, count, callgrind_count, only_main_thread):
    commands = {
        f"{what}: {library}": ["/build/" + program.split()[0],
                               *program.split()[1:]]
        for what, programs in rows for library, program in programs}
    times = measure.Times(
        {name: ["chroot", root, *command, str(count)]
         for name, command in commands.items()}, ROUNDS)
    print(f"\n{heading:22} {'ns':>7} {'min-max':>15} {'ratio':>6} "
          f"{'instr.':>7} {'ratio':>6} {'allocs':>6}  export thread")
    for what, programs in rows:
        print(what)
        base = first = None
        for library, _ in programs:
            name = f"{what}: {library}"
            cost = measure.cost(commands[name], callgrind_count,
                                only_main_thread, root)
            base, first = base or name, first or cost
            print(f"  {library:20} {times.median(name):7.0f} "
                  f"{times.spread(name):>15} {times.ratio(name, base):5.2f}x "
                  f"{cost.instructions:7.0f} "
                  f"{cost.instructions / first.instructions:5.2f}x "
                  f"{cost.allocations:6.1f}  "
                  f"{cost.drain_instructions:.0f} instr., "
                  f"{cost.drain_allocations:.1f} allocs", flush=True)


def main():
    root = sys.argv[1]
    versions = subprocess.run(
        ["chroot", root, "dpkg-query", "-W", "-f", "${Package} ${Version}\n",
         *PACKAGES], check=True, capture_output=True, text=True).stdout
    print(", ".join(versions.split("\n")[:-1]) + ", -O2")
    table(root, "spans, one thread", SPANS, 20000, 10000, True)
    for transport in ("inproc", "tcp"):
        rows = [(what.format(transport),
                 [(library, program.format(transport))
                  for library, program in programs])
                for what, programs in CALLS]
        table(root, "calls, both sides", rows, 6000, 1000, False)


if __name__ == "__main__":
    main()
