"""A gateway on the loopback address whose responses come from a function of the test; it runs in a thread."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class RecordedRequest:
    """One received request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Respond = Callable[[RecordedRequest], tuple[int, Any]]
"""Returns status and document; bytes are sent unchanged. It may block: each request has a thread."""


@dataclass
class ScriptedGateway:
    """The gateway's address and all received requests."""

    base_url: str = ""
    asked: list[RecordedRequest] = field(default_factory=list)

    def requests_for(self, part: str) -> list[RecordedRequest]:
        """The requests whose path contains this text."""
        return [asked for asked in self.asked if part in asked.path]


class _Server(ThreadingHTTPServer):
    """A server that a client may leave at any moment."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print an error of the test's function, but not that a client has closed its connection."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def scripted_gateway(respond: Respond) -> Iterator[ScriptedGateway]:
    """A gateway that runs in the `with` block."""
    gateway = ScriptedGateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = RecordedRequest(
                self.command, self.path, {name.lower(): text for name, text in self.headers.items()}, body
            )
            gateway.asked.append(asked)
            status, document = respond(asked)
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Do not log to the terminal of the tests."""

    server = _Server(("127.0.0.1", 0), Handler)
    gateway.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
