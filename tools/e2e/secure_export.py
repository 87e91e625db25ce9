# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""Export to a collector that wants TLS and a token; and compressed.

The authority that signs the collector's certificate is our own, so Waybill has
to be told of it. What a collector refuses is counted and said in one line.
"""

import contextlib
import socket
import subprocess
import tempfile
import threading

import backend
from program import Program

TOKEN = "s3cret"
CALLS = 3


def make_certificates(folder):
    """An authority, and what it signs for localhost."""

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True,
                       stderr=subprocess.DEVNULL)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2"]
    openssl("req", "-x509", *key, "-subj", "/CN=an authority of e2e",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-x509", *key, "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
            "-addext", "basicConstraints=critical,CA:FALSE",
            "-CA", "ca.pem", "-CAkey", "ca.key",
            "-keyout", "server.key", "-out", "server.pem")


@contextlib.contextmanager
def counting_relay(port):
    """A port before that one, and a list of the bytes that went there."""
    counts = [0]

    def copy(source, target, counted):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if counted:
                    counts[0] += len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def accept(listener):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                for arguments in ((near, far, True), (far, near, False)):
                    threading.Thread(target=copy, args=arguments,
                                     daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], counts
        listener.shutdown(socket.SHUT_RDWR)


def calls(relay, server, count, **variables):
    """Makes traced calls; what their client wrote to standard error."""
    with Program([relay, "call", server],
                 OTEL_SERVICE_NAME="client", **variables) as client:
        for number in range(count):
            assert client.ask(str(number)) == str(number)
        return client.end()


def check_secure(collector_program, relay, server, folder):
    make_certificates(folder)
    with backend.Sink() as sink, backend.Collector(
            collector_program, folder, sink,
            extensions={"bearertokenauth": {"token": TOKEN}},
            auth={"authenticator": "bearertokenauth"},
            tls={"cert_file": f"{folder}/server.pem",
                 "key_file": f"{folder}/server.key"}) as collector:
        address = f"localhost:{collector.port}"
        right = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://" + address,
                 "OTEL_EXPORTER_OTLP_CERTIFICATE": f"{folder}/ca.pem",
                 "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
                 "OTEL_EXPORTER_OTLP_HEADERS":
                     "authorization=Bearer%20" + TOKEN}
        said = calls(relay, server, CALLS, **right)
        assert said == "" and len(sink.spans()) == CALLS, (said, sink.spans())
        print(f"collector with TLS and a token: {CALLS} calls, {CALLS} spans")

        sink.clear()
        for what, why, wrong in [
                ("another token", "UNAUTHENTICATED: ",
                 {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20no"}),
                ("no token", "UNAUTHENTICATED: ",
                 {"OTEL_EXPORTER_OTLP_HEADERS": ""}),
                # As many roots as gRPC's own, none of which signed.
                ("another authority", "UNAVAILABLE: ",
                 {"OTEL_EXPORTER_OTLP_CERTIFICATE": "",
                  "OTEL_EXPORTER_OTLP_TIMEOUT": "500"}),
                ("no TLS", "UNAVAILABLE: ",
                 {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://" + address,
                  "OTEL_EXPORTER_OTLP_TIMEOUT": "500"})]:
            said = calls(relay, server, CALLS, **{**right, **wrong})
            # gRPC logs failed handshakes, too, in a way of its own.
            ours, = [line for line in said.splitlines()
                     if line.startswith("waybill: ")]
            assert ours.startswith(
                f"waybill: {CALLS} of {CALLS} spans were lost: could not be "
                f"exported to OTLP/gRPC {address}: {why}"), said
            assert TOKEN not in said, said
            assert not sink.spans(), sink.spans()
            print(f"collector with TLS and a token, and {what}: {ours}")


def check_compression(collector_program, relay, server, folder):
    sent = {}
    with backend.Sink() as sink, backend.Collector(
            collector_program, folder, sink) as collector:
        for compression in ("none", "gzip"):
            sink.clear()
            with counting_relay(collector.port) as (port, counts):
                said = calls(relay, server, 100,
                             OTEL_EXPORTER_OTLP_COMPRESSION=compression,
                             OTEL_EXPORTER_OTLP_ENDPOINT=f"127.0.0.1:{port}",
                             OTEL_EXPORTER_OTLP_INSECURE="true")
            assert said == "" and len(sink.spans()) == 100, said
            sent[compression] = counts[0]
    assert sent["gzip"] < sent["none"] / 2, sent
    print("collector: 100 spans in {none} bytes, and in {gzip} with gzip"
          .format(**sent))


def check(collector_program, relay):
    with Program([relay, "serve"], OTEL_TRACES_EXPORTER="none") as server:
        address = server.address()
        for part in (check_secure, check_compression):
            with tempfile.TemporaryDirectory() as folder:
                part(collector_program, relay, address, folder)
