# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""The client of relay.cc, with OpenTelemetry's own instrumentation for Python.

    python_peer.py call TARGET [HEADER=VALUE ...]  as an HTTP request with these

Run by a Python that has what requirements.txt names.
"""

import sys

import grpc
from google.protobuf.wrappers_pb2 import StringValue
from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (
    OTLPSpanExporter)
from opentelemetry.instrumentation.grpc import GrpcInstrumentorClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def main():
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    GrpcInstrumentorClient().instrument()
    headers = dict(header.split("=", 1) for header in sys.argv[3:])
    context.attach(propagate.extract(headers))
    with grpc.insecure_channel(sys.argv[2]) as channel:
        send = channel.unary_unary(
            "/e2e.Relay/Pass",
            request_serializer=StringValue.SerializeToString,
            response_deserializer=StringValue.FromString)
        for line in sys.stdin:
            reply = send(StringValue(value=line.rstrip("\n")), timeout=60)
            print(reply.value, flush=True)
    provider.shutdown()


if __name__ == "__main__":
    main()
