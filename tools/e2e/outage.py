# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""The collector is stopped and started again while a program goes on.

Its calls get their answers all the while. An outage that is shorter than the
time-out of an export loses nothing; of a longer one the spans that are lost are
counted, and what is received plus what was lost is what was made.
"""

import tempfile
import time

import backend
import waiting
from program import Program

SLOWEST_SECONDS = 1  # of a call, which takes about a millisecond


class Caller:
    """Makes calls and counts them."""

    def __init__(self, client):
        self._client = client
        self.made = 0
        self.slowest = 0

    def call(self, count):
        for _ in range(count):
            started = time.monotonic()
            assert self._client.ask("hello") == "hello"
            self.slowest = max(self.slowest, time.monotonic() - started)
            self.made += 1


def check_outage(collector_program, relay, server, timeout_millis, is_long):
    with tempfile.TemporaryDirectory() as folder, backend.Sink() as sink, \
            backend.Collector(collector_program, folder, sink) as collector, \
            Program([relay, "call", server], OTEL_SERVICE_NAME="client",
                    OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint,
                    OTEL_EXPORTER_OTLP_TIMEOUT=str(timeout_millis),
                    OTEL_BSP_SCHEDULE_DELAY="100") as client:
        caller = Caller(client)
        caller.call(5)
        waiting.wait_until(lambda: len(sink.spans()) == 5, "5 spans arrive")
        collector.stop()
        caller.call(5)
        if is_long:
            waiting.wait_until(client.errors, "spans are reported as lost")
        collector.start()
        if is_long:

            def arrives_again():
                caller.call(1)
                return len(sink.spans()) > 5

            waiting.wait_until(arrives_again, "spans arrive again")
        caller.call(5)
        said = client.end().splitlines()
        received = sink.spans()
        lost = max(span["scope"]["attributes"].get("waybill.spans.dropped", 0)
                   for span in received)
    assert caller.slowest < SLOWEST_SECONDS, caller.slowest
    assert len({span["spanId"] for span in received}) == len(received)
    assert len(received) + lost == caller.made, (received, lost)
    if is_long:
        assert lost >= 5, lost
        assert said[-1].startswith(f"waybill: {lost} of "), said
        assert all("UNAVAILABLE" in line for line in said), said
        assert len(said) <= 2, said  # that of the outage, and the last
    else:
        assert lost == 0 and not said, (lost, said)
    print(f"collector stopped for {'longer' if is_long else 'less'} than an "
          f"export may take, and started again: {caller.made} calls, the "
          f"slowest {caller.slowest * 1000:.1f} ms; {len(received)} spans "
          f"received, {lost} counted as lost")


def check(collector_program, relay):
    with Program([relay, "serve"], OTEL_TRACES_EXPORTER="none") as server:
        address = server.address()
        check_outage(collector_program, relay, address, 10000, is_long=False)
        check_outage(collector_program, relay, address, 300, is_long=True)
