# Copyright 2026 The Waybill Authors
# SPDX-License-Identifier: Apache-2.0
"""OpenTelemetry's collector as a backend, and what it understood.

    with Sink() as sink, Collector(program, folder, sink) as collector:
        ... export to collector.endpoint ...
        for span in sink.spans(): print(span["service"], span["name"])

The collector acknowledges what it takes once it has handed it on: to a Sink, in
OTLP's JSON, and to a viewer where there is one. So whoever has exported to it
finds it here.
"""

import http.server
import json
import pathlib
import subprocess
import threading
import urllib.request

import waiting


def value(any_value):
    """What an AnyValue is in Python; {"intValue": "3"} is 3."""
    (kind, content), = any_value.items()
    if kind == "arrayValue":
        return [value(element) for element in content.get("values", [])]
    return int(content) if kind == "intValue" else content


def attributes(message):
    return {a["key"]: value(a["value"]) for a in message.get("attributes", [])}


def plain(message):
    """A span, an event or a link with its attributes as a dictionary."""
    made = {key: content for key, content in message.items() if content}
    made["attributes"] = attributes(message)
    for part in ("events", "links"):
        if part in message:
            made[part] = [plain(element) for element in message[part]]
    return made


def spans_of(request):
    """Each span of a request in OTLP's JSON, with where it came from."""
    found = []
    for resource in request["resourceSpans"]:
        about = attributes(resource["resource"])
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                found.append({**plain(span), "resource": about,
                              "service": about["service.name"],
                              "scope": plain(scope["scope"])})
    return found


class Sink:
    """Takes OTLP over HTTP, in JSON."""

    def __init__(self):
        requests = self._requests = []

        class Handler(http.server.BaseHTTPRequestHandler):

            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                requests.append(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):  # pylint: disable=arguments-differ
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                       Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def spans(self):
        return [span for request in list(self._requests)
                for span in spans_of(request)]

    def clear(self):
        self._requests.clear()


class Viewer:
    """`waybill view`."""

    def __init__(self, waybill):
        self._waybill = waybill
        self._process = subprocess.Popen(
            [waybill, "view", "--otlp=127.0.0.1:0", "--http=127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        self.address = self._process.stdout.readline().split()[-1]
        self._url = self._process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.communicate()

    def show(self, *flags):
        return subprocess.run(
            [self._waybill, "show", f"--from={self._url}", *flags], check=True,
            stdout=subprocess.PIPE, text=True).stdout


class Collector:
    """Listens on one port for as long as it lives, stopped or not.

    settings are the receiver's, for gRPC, such as "tls" and "auth".
    """

    def __init__(self, program, folder, sink, viewer=None, extensions=None,
                 **settings):
        self._program = program
        self._folder = pathlib.Path(folder)
        self._process = None
        self.port = waiting.free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._http = f"127.0.0.1:{waiting.free_port()}"
        # What was taken is handed on at once, or refused.
        at_once = {"sending_queue": {"enabled": False},
                   "retry_on_failure": {"enabled": False}}
        exporters = {"otlp_http": {"traces_endpoint": sink.url,
                                   "encoding": "json", "compression": "none",
                                   **at_once}}
        if viewer is not None:
            exporters["otlp_grpc"] = {"endpoint": viewer.address,
                                      "tls": {"insecure": True}, **at_once}
        extensions = extensions or {}
        (self._folder / "collector.yaml").write_text(json.dumps({
            "receivers": {"otlp": {"protocols": {
                "grpc": {"endpoint": f"127.0.0.1:{self.port}", **settings},
                "http": {"endpoint": self._http}}}},
            "exporters": exporters,
            "extensions": extensions,
            "service": {
                "extensions": list(extensions),
                "pipelines": {"traces": {"receivers": ["otlp"],
                                         "exporters": list(exporters)}}}}))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def start(self):
        log = self._folder / "collector.log"
        with open(log, "a", encoding="utf-8") as out:
            self._process = subprocess.Popen(
                [self._program, f"--config={self._folder}/collector.yaml"],
                stdout=out, stderr=subprocess.STDOUT)

        def is_up():
            assert self._process.poll() is None, log.read_text()
            return waiting.listens(self.port)

        waiting.wait_until(is_up, "the collector listens")

    def stop(self):
        assert waiting.terminate(self._process) == 0
        self._process = None

    def post(self, line):
        """A line of OTLP's JSON, over HTTP; what the collector answered."""
        request = urllib.request.Request(
            f"http://{self._http}/v1/traces", data=line.encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
