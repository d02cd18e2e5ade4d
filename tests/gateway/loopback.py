"""A raw HTTP/1.1 server on loopback: a test controls every byte of its responses, and it records every request."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.token import Token
from tests.support.waiting import HANG_S

TOKEN = Token("sk-CANARY0123456789abcdef")


@dataclass
class ReceivedRequest:
    """One request as it was received."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def ids(self) -> list[str]:
        """The ids of a batch fetch."""
        found: list[str] = json.loads(self.body)["ids"]
        return found


StreamResponder = Callable[[ReceivedRequest, asyncio.StreamWriter], Awaitable[None] | bytes]
Responder = bytes | StreamResponder | Callable[[ReceivedRequest], bytes]


@dataclass
class LoopbackServer:
    """The server: its port, the requests it received and the number of connections."""

    port: int = 0
    requests: list[ReceivedRequest] = field(default_factory=list)
    connections: int = 0

    @property
    def base_url(self) -> BaseUrl:
        """The address of the server, as a base URL without a prefix."""
        return BaseUrl("http", "127.0.0.1", self.port)

    @property
    def posts(self) -> int:
        """The number of complete POST requests received."""
        return sum(request.method == "POST" for request in self.requests)


def response(
    status: int = 200, body: object = "", *, headers: dict[str, str] | None = None, kind: str = "application/json"
) -> bytes:
    """A complete HTTP response. A body that is neither bytes nor text is written as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    fields = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close", **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Word\r\n{lines}\r\n".encode() + data


def page(status: int, title: str = "Bad Gateway") -> bytes:
    """An HTML error page like those of proxies."""
    return response(status, f"<html><head><title>{title}</title></head><body>no</body></html>", kind="text/html")


def reset(writer: asyncio.StreamWriter) -> None:
    """Close the connection with a RST instead of a FIN."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def loopback_server(
    responder: Responder, *, on_connect: Callable[[asyncio.StreamWriter], None] | None = None
) -> AsyncIterator[LoopbackServer]:
    """Run a server with `responder` for every request; `on_connect` gets each connection before it is read."""
    gateway = LoopbackServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway.connections += 1
        if on_connect is not None:
            on_connect(writer)
        while (request := await _read(reader)) is not None:
            gateway.requests.append(request)
            await _respond(responder, request, writer)
            if writer.is_closing():
                break

    async with tcp_server(serve) as gateway.port:
        yield gateway


@asynccontextmanager
async def tcp_server(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Run a TCP server on loopback and yield its port. Its connections are closed with it at the latest."""
    running: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            pass
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.wait_for(server.wait_closed(), HANG_S)


async def _respond(responder: Responder, request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    reported: object = responder
    if callable(responder):
        reported = responder(request, writer) if responder.__code__.co_argcount == 2 else responder(request)  # type: ignore[call-arg]
    if isinstance(reported, bytes):
        writer.write(reported)
        await writer.drain()
        if b"connection: close" in reported.lower():
            writer.close()
    else:
        await reported  # type: ignore[misc]
        writer.close()


async def _read(reader: asyncio.StreamReader) -> ReceivedRequest | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return ReceivedRequest(method, path, headers, body)
