"""The patches of httpcore: they still have an effect, and nothing else changes the library."""

from __future__ import annotations

import ast

import httpcore

from sunotui.gateway.transport.connection import TimeLimits, open_client
from sunotui.gateway.transport.httpcore_patches import READ_BYTES
from tests.support.source_scan import module_files

_PATCH_FILE = "sunotui.gateway.transport.httpcore_patches"
_LIBRARIES = {"httpcore", "httpx", "ssl", "certifi"}

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class _RecordingStream(httpcore.AsyncMockStream):
    """A connection that records how much is read at a time."""

    asked: list[int]

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.asked.append(max_bytes)
        return await super().read(max_bytes, timeout)


class _Backend(httpcore.AsyncMockBackend):
    """Connects to one recording stream."""

    def __init__(self) -> None:
        super().__init__([RESPONSE])
        self.stream = _RecordingStream([RESPONSE])
        self.stream.asked = []

    async def connect_tcp(self, *_args: object, **_options: object) -> _RecordingStream:
        return self.stream


async def test_connections_read_large_pieces() -> None:
    """Fails when httpcore no longer asks READ_NUM_BYTES, and when `open_client` does not apply the patch."""
    httpcore.AsyncHTTP11Connection.READ_NUM_BYTES = 64 * 1024
    client = await open_client("http", TimeLimits())
    await client.aclose()
    backend = _Backend()
    async with httpcore.AsyncConnectionPool(network_backend=backend) as pool:
        response = await pool.request("GET", "http://gateway.example/")
    assert response.content == b"ok"
    assert set(backend.stream.asked) == {READ_BYTES}


def test_no_other_module_changes_a_network_library() -> None:
    found = [
        f"{module}:{node.lineno}"
        for module, path in module_files().items()
        if module != _PATCH_FILE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _root(node) in _LIBRARIES
    ]
    assert found == []


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
