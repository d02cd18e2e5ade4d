"""Proxies on loopback: one for HTTP (forwarding and CONNECT), one for SOCKS 5. Each resolves names by its own table and
records its requests."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sunotui.domain.gateways.proxy import Proxy
from tests.gateway.loopback import tcp_server

Serve = Callable[["ProxyServer", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ProxyServer:
    """A proxy: its address, the hosts it knows, the targets requested and the bytes received."""

    scheme: str
    hosts: Mapping[str, int]
    """The loopback port by host name."""
    credentials: tuple[str, str] = ("", "")
    fixed_response: bytes = b""
    """If set, the response to every connection in place of the proxy protocol."""
    port: int = 0
    connections: int = 0
    targets: list[tuple[str, int]] = field(default_factory=list)
    """The requested hosts and ports, as the client spelled them."""
    received: bytearray = field(default_factory=bytearray)
    """All bytes received from the client."""

    @property
    def proxy(self) -> Proxy:
        """The address of the proxy with its credentials."""
        return Proxy(self.scheme, "127.0.0.1", self.port, *self.credentials)


Opening = Callable[..., AbstractAsyncContextManager[ProxyServer]]
"""The type of the two functions below."""


@asynccontextmanager
async def http_proxy(
    hosts: Mapping[str, int], *, credentials: tuple[str, str] = ("", ""), fixed_response: bytes = b""
) -> AsyncIterator[ProxyServer]:
    """An HTTP proxy that forwards http and tunnels with CONNECT."""
    async with _listening(ProxyServer("http", hosts, credentials, fixed_response), _serve_http) as server:
        yield server


@asynccontextmanager
async def socks_proxy(
    hosts: Mapping[str, int], *, credentials: tuple[str, str] = ("", ""), fixed_response: bytes = b""
) -> AsyncIterator[ProxyServer]:
    """A SOCKS 5 proxy (RFC 1928, 1929)."""
    async with _listening(ProxyServer("socks5", hosts, credentials, fixed_response), _serve_socks) as server:
        yield server


@asynccontextmanager
async def _listening(proxy: ProxyServer, serve: Serve) -> AsyncIterator[ProxyServer]:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy.connections += 1
        if proxy.fixed_response:
            proxy.received += await reader.read(65_536)
            writer.write(proxy.fixed_response)
            await writer.drain()
        else:
            await serve(proxy, reader, writer)

    async with tcp_server(accept) as proxy.port:
        yield proxy


async def _serve_http(proxy: ProxyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    proxy.received += head
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    wanted = base64.b64encode(":".join(proxy.credentials).encode()).decode()
    if proxy.credentials != ("", "") and f"Proxy-Authorization: Basic {wanted}" not in lines:
        writer.write(b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    host, port = parts.hostname or "", parts.port or 80
    proxy.targets.append((host, port))
    if host not in proxy.hosts:
        writer.write(b"HTTP/1.1 502 Unknown host\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return
    upstream = await asyncio.open_connection("127.0.0.1", proxy.hosts[host])
    if method == "CONNECT":
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
    else:
        # One request per connection: later ones would need their targets rewritten too.
        forwarded = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
        first = f"{method} {parts.path} HTTP/1.1"
        upstream[1].write("\r\n".join([first, "Connection: close", *forwarded]).encode("latin-1"))
    await _relay(proxy, reader, writer, *upstream)


async def _serve_socks(proxy: ProxyServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def read(count: int) -> bytes:
        data = await reader.readexactly(count)
        proxy.received.extend(data)
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
        is_valid = (username.decode(), password.decode()) == proxy.credentials
        writer.write(b"\x01\x00" if is_valid else b"\x01\x01")
        if not is_valid:
            return
    _, _, _, kind = await read(4)
    # Only names are accepted: an address would mean that the client resolved the name itself.
    host = (await read((await read(1))[0])).decode() if kind == 3 else f"address of kind {kind}"
    (port,) = struct.unpack(">H", await read(2)) if kind == 3 else (0,)
    proxy.targets.append((host, port))
    is_known = host in proxy.hosts
    writer.write(bytes([5, 0 if is_known else 4, 0, 1, 0, 0, 0, 0, 0, 0]))
    if is_known:
        await _relay(proxy, reader, writer, *await asyncio.open_connection("127.0.0.1", proxy.hosts[host]))


async def _relay(
    proxy: ProxyServer,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Copy bytes in both directions until one side ends."""

    async def copy(source: asyncio.StreamReader, target: asyncio.StreamWriter, received: bytearray) -> None:
        while data := await source.read(65_536):
            received += data
            target.write(data)
            await target.drain()

    both = [
        asyncio.ensure_future(copy(reader, far_writer, proxy.received)),
        asyncio.ensure_future(copy(far_reader, writer, bytearray())),
    ]
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        far_writer.close()
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
