"""A gateway whose songs are never done: it responds to batch fetches over HTTP from memory, with periodic changes."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.benchmarks.responses import poll_response


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["ids"]
        self.server.polls += 1
        body = poll_response(asked, self.server.polls // self.server.same_for)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    polls = 0
    same_for = 1


class BusyGateway:
    """A gateway that runs in a thread, as a context manager."""

    def __init__(self, same_for: int) -> None:
        """Its response changes after `same_for` polls."""
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.same_for = same_for

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def polls(self) -> int:
        """The number of polls."""
        return self._server.polls

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that make it a program's profile."""
        return {"SUNOTUI_BASE_URL": f"http://127.0.0.1:{self._server.server_port}", "SUNOTUI_TOKEN": "unused-token"}
