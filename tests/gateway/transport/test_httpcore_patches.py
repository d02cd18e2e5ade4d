"""The patches of httpcore and h11: they still have an effect, and nothing else changes the library."""

from __future__ import annotations

import ast
import asyncio
from typing import Any

import h11
import httpcore
import pytest
from h11._receivebuffer import ReceiveBuffer

from sunotui.gateway import audio_stream
from sunotui.gateway.audio_stream import ResumePoint
from sunotui.gateway.transport.connection import TimeLimits, open_client
from sunotui.gateway.transport.httpcore_patches import READ_BYTES, receive_large_pieces
from tests.gateway.loopback import ReceivedRequest, loopback_server, response
from tests.support.source_scan import module_files

_PATCH_FILE = "sunotui.gateway.transport.httpcore_patches"
_LIBRARIES = {"httpcore", "h11", "ReceiveBuffer", "httpx", "ssl", "certifi"}

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

    async def connect_tcp(self, *_args: object, **_options: object) -> _RecordingStream:  # type: ignore[override]
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


class _Counted(bytearray):
    """A buffer that counts how often a part of it is copied."""

    copies = 0

    def __getitem__(self, index: Any) -> Any:
        _Counted.copies += isinstance(index, slice)
        return super().__getitem__(index)


async def test_a_piece_of_a_body_is_not_copied_again_by_h11() -> None:
    """Fails when h11 changes the buffer, and when `open_client` does not apply the patch."""
    await (await open_client("http", TimeLimits())).aclose()
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
    assert isinstance(client.next_event(), h11.Response)
    _Counted.copies = 0
    found = b""
    for piece in (b"a" * 100, b"b" * 150, b"c" * 50 + b"HTTP/1.1 500 next"):
        client._receive_buffer._data = _Counted(client._receive_buffer._data)
        client.receive_data(piece)
        event = client.next_event()
        assert isinstance(event, h11.Data)
        found += event.data
        assert isinstance(ended := client.next_event(), h11.EndOfMessage) or ended is h11.NEED_DATA
    assert found == b"a" * 100 + b"b" * 150 + b"c" * 50
    # What follows the body stays.
    assert client.trailing_data == (b"HTTP/1.1 500 next", False)
    assert _Counted.copies == 1, "only the last piece has more than the body needs"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 1_000])
@pytest.mark.parametrize("content", [b"", b"abc"])
async def test_the_buffer_returns_at_most_what_is_asked_for(count: int, content: bytes) -> None:
    await (await open_client("http", TimeLimits())).aclose()
    buffer = ReceiveBuffer()
    buffer += content
    assert buffer.maybe_extract_at_most(count) == (content[:count] or None)
    assert bytes(buffer) == content[count:]
    buffer += b"\r\nx"
    assert buffer.maybe_extract_next_line() == content[count:] + b"\r\n"


async def test_a_file_that_is_kept_is_received_in_large_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails when httpcore, anyio or asyncio names its parts differently."""
    transports: list[Any] = []

    def recorded(stream: Any) -> None:
        transports.append(stream._stream._transport)
        assert transports[-1].max_size < READ_BYTES
        receive_large_pieces(stream)

    monkeypatch.setattr(audio_stream, "receive_large_pieces", recorded)

    async def serve(_request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(response(200, bytes(100_000), kind="audio/mpeg"))
        await writer.drain()

    async with loopback_server(serve) as server:
        downloader = audio_stream.AudioDownloader()
        stream = downloader.open_to_keep(f"{server.base_url}/a.mp3", ResumePoint(), home=server.base_url)
        assert sum([len(chunk) async for chunk in stream.chunks()]) == 100_000
        await downloader.aclose()
    assert [transport.max_size for transport in transports] == [READ_BYTES]


@pytest.mark.parametrize("stream", [None, object(), httpcore.AsyncMockStream([])])
def test_a_connection_of_another_kind_stays_as_it_is(stream: object) -> None:
    receive_large_pieces(stream)


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
