"""The patches of httpcore and h11: they still have an effect, and nothing else changes the library."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable
from typing import Any

import h11
import httpcore
import pytest
from h11._receivebuffer import ReceiveBuffer

from sunotui.gateway import audio_stream
from sunotui.gateway.audio_stream import ResumePoint
from sunotui.gateway.transport.connection import TimeLimits, open_client
from sunotui.gateway.transport.httpcore_patches import READ_BYTES, read_large_pieces, receive_large_pieces
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


async def test_a_piece_of_a_body_is_not_copied_by_h11() -> None:
    """Fails when h11 changes the buffer, and when `open_client` does not apply the patch."""
    await (await open_client("http", TimeLimits())).aclose()
    pieces = [b"a" * 100_000, b"b" * 150_000, b"c" * 5, b"d" * 50_000 + b"HTTP/1.1 500 next"]
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
    client.send(h11.EndOfMessage())
    client.receive_data(b"HTTP/1.1 200 OK\r\nContent-Length: 300005\r\n\r\n")
    assert isinstance(client.next_event(), h11.Response)
    found = []
    for piece in pieces:
        client.receive_data(piece)
        event = client.next_event()
        assert isinstance(event, h11.Data)
        found.append(event.data)
    assert [data is piece for data, piece in zip(found, pieces, strict=True)] == [True, True, False, False]
    assert b"".join(found) == b"a" * 100_000 + b"b" * 150_000 + b"c" * 5 + b"d" * 50_000
    assert isinstance(client.next_event(), h11.EndOfMessage)
    # What follows the body stays.
    assert client.trailing_data == (b"HTTP/1.1 500 next", False)


@pytest.mark.parametrize("size", [10, 20_000])
async def test_headers_and_chunks_are_read_as_before(size: int) -> None:
    await (await open_client("http", TimeLimits())).aclose()
    body = bytes(range(256)) * (size // 256) + b"end"
    sent = b"HTTP/1.1 200 OK\r\nX: " + b"x" * size + b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    sent += f"{len(body):x}\r\n".encode() + body + b"\r\n3\r\nabc\r\n0\r\n\r\n"
    for step in (len(sent), size, 7):
        client = h11.Connection(h11.CLIENT, max_incomplete_event_size=100_000)
        client.send(h11.Request(method="GET", target="/", headers=[("Host", "a")]))
        client.send(h11.EndOfMessage())
        events: list[Any] = []
        for at in range(0, len(sent), step):
            client.receive_data(sent[at : at + step])
            while (event := client.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                events.append(event)
        assert dict(events[0].headers)[b"x"] == b"x" * size
        assert b"".join(bytes(event.data) for event in events[1:-1]) == body + b"abc"
        assert isinstance(events[-1], h11.EndOfMessage)


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


async def test_libraries_without_the_private_names_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request gets its response with any version of the libraries, only more slowly."""
    monkeypatch.delattr(httpcore, "AsyncHTTP11Connection")
    monkeypatch.delattr(h11, "_receivebuffer")
    async with loopback_server(response(200, "found")) as server:
        client = await open_client("http", TimeLimits())
        answer = await client.get(f"{server.base_url}/")
        await client.aclose()
    assert answer.text == "found"


def test_a_read_size_of_another_kind_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpcore.AsyncHTTP11Connection, "READ_NUM_BYTES", property(lambda _: 1))
    read_large_pieces()
    assert isinstance(httpcore.AsyncHTTP11Connection.READ_NUM_BYTES, property)


def _added(buffer: ReceiveBuffer, received: bytes) -> ReceiveBuffer:
    """How h11 adds to a buffer."""
    buffer._data += received
    return buffer


def _with_method_missing(patch: pytest.MonkeyPatch) -> None:
    patch.delattr(ReceiveBuffer, "_extract")


def _with_parameter_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReceiveBuffer, "maybe_extract_at_most", lambda self, count, step: None)


def _with_method_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ReceiveBuffer, "compress", lambda self: None, raising=False)


def _with_attribute_more(patch: pytest.MonkeyPatch) -> None:
    def create(self: ReceiveBuffer) -> None:
        self.__dict__.update(_data=bytearray(), _start=0, _next_line_search=0, _multiple_lines_search=0)

    patch.setattr(ReceiveBuffer, "__init__", create)


@pytest.mark.parametrize(
    "change", [_with_method_missing, _with_parameter_more, _with_method_more, _with_attribute_more]
)
def test_a_buffer_of_another_form_stays_as_it_is(
    change: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ReceiveBuffer, "__iadd__", _added)
    with monkeypatch.context() as changed:
        change(changed)
        read_large_pieces()
        assert ReceiveBuffer.__iadd__ is _added
    read_large_pieces()
    assert ReceiveBuffer.__iadd__ is not _added


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
