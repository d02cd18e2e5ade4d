"""Proxies on loopback: one for HTTP (forwarding and CONNECT), one for SOCKS 5; each resolves names by a table of its
own and counts what it was asked."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sunotui.domain.gateways.proxy import Proxy
from tests.gateway.loopback import serving

Serve = Callable[["ProxyServer", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ProxyServer:
    """A proxy: where it listens, the hosts it knows, and everything it saw."""

    scheme: str
    hosts: Mapping[str, int]
    """The port on this computer by the host's name."""
    credentials: tuple[str, str] = ("", "")
    refuses: bytes = b""
    """The answer to every connection in place of the proxy's own, such as nonsense."""
    port: int = 0
    connections: int = 0
    asked: list[tuple[str, int]] = field(default_factory=list)
    """Hosts and ports that it was to connect to, as they were spelled."""
    seen: bytearray = field(default_factory=bytearray)
    """Every byte that came from the client."""

    @property
    def proxy(self) -> Proxy:
        """Its address, with its credentials."""
        return Proxy(self.scheme, "127.0.0.1", self.port, *self.credentials)


Opening = Callable[..., AbstractAsyncContextManager[ProxyServer]]
"""Either of the two below."""


@asynccontextmanager
async def http_proxy(
    hosts: Mapping[str, int], *, credentials: tuple[str, str] = ("", ""), refuses: bytes = b""
) -> AsyncIterator[ProxyServer]:
    """An HTTP proxy that forwards http and tunnels by CONNECT."""
    async with _listening(ProxyServer("http", hosts, credentials, refuses), _serve_http) as server:
        yield server


@asynccontextmanager
async def socks_proxy(
    hosts: Mapping[str, int], *, credentials: tuple[str, str] = ("", ""), refuses: bytes = b""
) -> AsyncIterator[ProxyServer]:
    """A SOCKS 5 proxy (RFC 1928, 1929)."""
    async with _listening(ProxyServer("socks5", hosts, credentials, refuses), _serve_socks) as server:
        yield server


@asynccontextmanager
async def _listening(proxy: ProxyServer, serve: Serve) -> AsyncIterator[ProxyServer]:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy.connections += 1
        if proxy.refuses:
            proxy.seen += await reader.read(65_536)
            writer.write(proxy.refuses)
            await writer.drain()
        else:
            await serve(proxy, reader, writer)

    async with serving(accept) as proxy.port:
        yield proxy


async def _serve_http(proxy: ProxyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    proxy.seen += head
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    wanted = base64.b64encode(":".join(proxy.credentials).encode()).decode()
    if proxy.credentials != ("", "") and f"Proxy-Authorization: Basic {wanted}" not in lines:
        writer.write(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    host, port = parts.hostname or "", parts.port or 80
    proxy.asked.append((host, port))
    if host not in proxy.hosts:
        writer.write(b"HTTP/1.1 502 Unknown host\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    beyond = await asyncio.open_connection("127.0.0.1", proxy.hosts[host])
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
    else:
        # One request a connection: those that follow would need their targets rewritten too.
        kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
        first = f"{method} {parts.path} HTTP/1.1"
        beyond[1].write("\r\n".join([first, "Connection: close", *kept]).encode("latin-1"))
    await _join(proxy, reader, writer, *beyond)


async def _serve_socks(proxy: ProxyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def read(count: int) -> bytes:
        data = await reader.readexactly(count)
        proxy.seen.extend(data)
        return data

    _, count = await read(2)
    methods = await read(count)
    method = 0 if proxy.credentials == ("", "") else 2
    if method not in methods:
        writer.write(b"\x05\xff")
        return
    writer.write(bytes([5, method]))
    if method == 2:
        _, length = await read(2)
        username = await read(length)
        password = await read((await read(1))[0])
        is_right = (username.decode(), password.decode()) == proxy.credentials
        writer.write(b"\x01\x00" if is_right else b"\x01\x01")
        if not is_right:
            return
    _, _, _, kind = await read(4)
    # Only a name: an address would mean that the client resolved it itself.
    host = (await read((await read(1))[0])).decode() if kind == 3 else f"address of kind {kind}"
    (port,) = struct.unpack(">H", await read(2)) if kind == 3 else (0,)
    proxy.asked.append((host, port))
    is_known = host in proxy.hosts
    writer.write(bytes([5, 0 if is_known else 4, 0, 1, 0, 0, 0, 0, 0, 0]))
    if is_known:
        await _join(proxy, reader, writer, *await asyncio.open_connection("127.0.0.1", proxy.hosts[host]))


async def _join(
    proxy: ProxyServer,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Carry bytes both ways until either side ends."""

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter, seen: bytearray) -> None:
        while data := await source.read(65_536):
            seen += data
            target.write(data)
            await target.drain()

    both = [
        asyncio.ensure_future(carry(reader, far_writer, proxy.seen)),
        asyncio.ensure_future(carry(far_reader, writer, bytearray())),
    ]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        far_writer.close()
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
