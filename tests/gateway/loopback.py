"""A raw HTTP/1.1 server on loopback whose answers a test writes byte by byte, and which counts what it was asked."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.token import Token
from tests.support.waiting import HANG_S

TOKEN = Token("sk-CANARY0123456789abcdef")


@dataclass
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def ids(self) -> list[str]:
        """The ids of a batch fetch."""
        found: list[str] = json.loads(self.body)["ids"]
        return found


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
Answering = bytes | Behaviour | Callable[[Asked], bytes]


@dataclass
class Loopback:
    """The server: where it listens, and everything that it was asked."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def base_url(self) -> BaseUrl:
        """Its address as a base URL without a prefix."""
        return BaseUrl("http", "127.0.0.1", self.port)

    @property
    def posts(self) -> int:
        """How many POSTs came in whole."""
        return sum(request.method == "POST" for request in self.asked)


def answer(
    status: int = 200, body: object = "", *, headers: dict[str, str] | None = None, kind: str = "application/json"
) -> bytes:
    """A whole HTTP answer; a body that is no text is written as JSON."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    reported = {"Content-Type": kind, "Content-Length": str(len(data)), "Connection": "close", **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in reported.items())
    return f"HTTP/1.1 {status} Word\r\n{lines}\r\n".encode() + data


def page(status: int, title: str = "Bad Gateway") -> bytes:
    """A web page, as proxies answer."""
    return answer(status, f"<html><head><title>{title}</title></head><body>no</body></html>", kind="text/html")


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut the connection with a RST instead of an orderly end."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@asynccontextmanager
async def listening(
    answering: Answering, *, before: Callable[[asyncio.StreamWriter], None] | None = None
) -> AsyncIterator[Loopback]:
    """Run a server that answers every request with `answering`; `before` sees a connection before it is read."""
    gateway = Loopback()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway.connections += 1
        if before is not None:
            before(writer)
        while (request := await _read(reader)) is not None:
            gateway.asked.append(request)
            await _answer(answering, request, writer)
            if writer.is_closing():
                break

    async with serving(serve) as gateway.port:
        yield gateway


@asynccontextmanager
async def serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Run a TCP server on this computer whose port is given; every connection of it ends with it, at the latest."""
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


async def _answer(answering: Answering, request: Asked, writer: asyncio.StreamWriter) -> None:
    reported: object = answering
    if callable(answering):
        reported = answering(request, writer) if answering.__code__.co_argcount == 2 else answering(request)  # type: ignore[call-arg,union-attr,attr-defined]
    if isinstance(reported, bytes):
        writer.write(reported)
        await writer.drain()
        if b"connection: close" in reported.lower():
            writer.close()
    else:
        await reported  # type: ignore[misc]
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, path, headers, body)
