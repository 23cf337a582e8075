"""A receiver of OTLP over HTTP in a process of its own: decodes what comes with OpenTelemetry's own messages, one JSON line a span.

Usage: otlp_receiver.py PORT FILE
"""

from __future__ import annotations

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        spans = [
            one
            for resource in ExportTraceServiceRequest.FromString(data).resource_spans
            for scope in resource.scope_spans
            for one in scope.spans
        ]
        with Path(sys.argv[2]).open("a") as file:
            for one in spans:
                facts = {fact.key: fact.value.string_value or fact.value.int_value for fact in one.attributes}
                file.write(
                    json.dumps(
                        {"path": self.path, "name": one.name, "trace": one.trace_id.hex(), "parent": one.parent_span_id.hex(), **facts}
                    )
                    + "\n"
                )
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, *_: object) -> None:
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
