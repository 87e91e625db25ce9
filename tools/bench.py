#!/usr/bin/env python3
# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Prints what tracing costs beside what it may cost: `make bench`.

    tools/bench.py PATH/TO/span_cost PATH/TO/drain_cost PATH/TO/rpc_cost

Exits with 0 also where a bar is missed: times are what the machine makes of
them. docs/overhead.md tells what each row is.
"""

import sys

import measure

ROUNDS = 15
SPANS = 75000
CALLS = 4000
# And three times as many.
CALLGRIND_SPANS = 21000
CALLGRIND_CALLS = 1050

SPAN_VARIANTS = {
    "nothing": "an empty loop",
    "floor": "floor: clock, ids, a record in a ring",
    "span": "start + end, sampled, drained",
    "floor8": "floor with 4 strings and 4 integers",
    "span8": "the same, sampled, drained",
    "unsampled": "a root that is not sampled",
    "unsampled_child": "a child that is not sampled",
    "full": "dropped, because the recorder is full",
}
RPC_VARIANTS = {
    "none": "untraced",
    "empty": "a pair of empty interceptors",
    "header": "the same with one header",
    "sampled": "Waybill, sampled, drained",
    "unsampled": "Waybill, not sampled",
    "off": "Waybill with nothing to do",
}


class Table:
    def __init__(self):
        self.missed = 0
        print(f"{'':46} {'value':>9} {'min-max':>15} {'ratio':>7}  "
              f"{'bar':10} verdict")

    def heading(self, text):
        print(f"\n{text}", flush=True)

    def row(self, text, value, *, spread="", ratio=None, bar=None):
        """bar: such as "<= 300", or "<= 1.30x" for the ratio."""
        shown = f"{ratio:.3f}x" if ratio is not None else ""
        verdict = ""
        if bar is not None:
            relation, limit = bar.split()
            # As exact as it is printed.
            measured = (round(ratio, 3) if limit.endswith("x")
                        else round(value, 1))
            limit = float(limit.rstrip("x"))
            met = measured >= limit if relation == ">=" else measured <= limit
            self.missed += not met
            verdict = "met" if met else "MISSED"
        print(f"  {text:44} {value:9.1f} {spread:>15} {shown:>7}  "
              f"{bar or '':10} {verdict}", flush=True)


def span_times(table, program):
    # Each of the two threads has as many spans as the one.
    names = (*SPAN_VARIANTS, "span_x2", "unsampled_x2")
    times = measure.Times(
        {names: [program, ",".join(names), str(SPANS)]}, ROUNDS)

    def row(name, base=None, bar=None):
        table.row(SPAN_VARIANTS[name], times.median(name),
                  spread=times.spread(name),
                  ratio=times.ratio(name, base) if base else None, bar=bar)

    table.heading("a span: nanoseconds, and the ratio to its floor's")
    row("floor")
    row("span", "floor")
    row("floor8")
    row("span8", "floor8", bar="<= 2x")
    row("unsampled", "floor")
    row("unsampled_child", "floor")
    row("full", "floor")
    table.row("the same, more than nothing", times.difference("full", "nothing"),
              bar="<= 10")
    table.heading("two threads: nanoseconds, and the ratio of spans a second "
                  "to one's")
    for name in ("span", "unsampled"):
        both = name + "_x2"
        table.row(SPAN_VARIANTS[name], times.median(both),
                  spread=times.spread(both), ratio=2 * times.ratio(name, both),
                  bar=">= 1.9x")


def span_counts(table, program, drain_program):
    bars = {"span": "<= 300", "span8": "<= 500", "unsampled": "<= 60",
            "unsampled_child": "<= 60"}
    costs = {name: measure.cost([program, name], CALLGRIND_SPANS)
             for name in SPAN_VARIANTS}
    encoded = measure.cost([drain_program], CALLGRIND_SPANS)
    table.heading("a span: instructions of the thread that records")
    for name in SPAN_VARIANTS:
        if name != "nothing":
            table.row(SPAN_VARIANTS[name], costs[name].instructions,
                      bar=bars.get(name))
    table.heading("a span: allocations of the thread that records")
    for name in ("span", "span8", "unsampled", "unsampled_child", "full"):
        table.row(SPAN_VARIANTS[name], costs[name].allocations, bar="<= 0")
    table.heading("a span: the drain thread")
    table.row("instructions, 8 attributes, thrown away",
              costs["span8"].drain_instructions)
    table.row("instructions, 8 attributes, as OTLP",
              encoded.drain_instructions, bar="<= 1500")
    table.row("allocations, 8 attributes, as OTLP",
              encoded.drain_allocations, bar="<= 0")


def rpc_times(table, program):
    for transport, text, bar in (("inproc", "in process", "<= 1.40x"),
                                 ("tcp", "over TCP on loopback", "<= 1.17x")):
        times = measure.Times(
            {tuple(RPC_VARIANTS): [program, ",".join(RPC_VARIANTS), transport,
                                   str(CALLS)]}, ROUNDS)
        table.heading(f"a unary call {text}: nanoseconds")
        for name, variant in RPC_VARIANTS.items():
            table.row(variant, times.median(name), spread=times.spread(name),
                      ratio=times.ratio(name, "none"),
                      bar=bar if name == "sampled" else None)


def rpc_counts(table, program):
    costs = {name: measure.cost([program, name, "inproc"], CALLGRIND_CALLS,
                                only_main_thread=False)
             for name in RPC_VARIANTS}
    bars = {"sampled": "<= 1.30x", "off": "<= 1.02x"}
    table.heading("a unary call in process: instructions, all threads but the "
                  "drain's")
    for name, variant in RPC_VARIANTS.items():
        table.row(variant, costs[name].instructions,
                  ratio=costs[name].instructions / costs["none"].instructions,
                  bar=bars.get(name))
    table.row("the drain thread, sampled", costs["sampled"].drain_instructions)
    table.heading("a unary call in process: allocations, the same threads")
    for name, variant in RPC_VARIANTS.items():
        table.row(variant, costs[name].allocations,
                  bar="<= 20" if name == "sampled" else None)


def main():
    span_cost, drain_cost, rpc_cost = sys.argv[1:]
    table = Table()
    span_times(table, span_cost)
    span_counts(table, span_cost, drain_cost)
    rpc_times(table, rpc_cost)
    rpc_counts(table, rpc_cost)
    print("\nall bars met" if table.missed == 0 else
          f"\nbars missed: {table.missed}")


if __name__ == "__main__":
    main()
