"""Downloads covers and audio from third-party servers, without token or cookies and with short time limits (W4)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from sunotui.domain.errors import (
    NetworkError,
    NotAGateway,
    NotFound,
    SunotuiError,
    TimedOut,
    UnreadableResponse,
    UnsafeUrl,
)
from sunotui.domain.gateways.address import is_private_name
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.errors.mapping import error_from_exception
from sunotui.gateway.transport.connection import TimeLimits, open_client

SLOWEST_BYTES_S = 32_768
"""The minimum speed in bytes per second: each received byte extends the time limit by its share."""
_LEAST_S = 20.0
"""The initial time limit of a file in seconds."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)

_SAID: dict[type[SunotuiError], str] = {
    NetworkError: "its server could not be reached",
    TimedOut: "its server took too long",
    UnsafeUrl: "its address is not safe to ask",
    NotAGateway: "its server sends on to another address",
}


@dataclass(frozen=True, slots=True)
class Media:
    """A downloaded file."""

    content: bytes
    kind: str
    """Its type according to its first bytes, such as "image/png"; the server's content type is ignored (W5)."""


class MediaDownloader:
    """Fetches media. It follows no redirects; close it after use."""

    def __init__(self, limits: TimeLimits | None = None) -> None:
        self._limits = limits or TimeLimits()
        self._clients: dict[tuple[str, Proxy | None], httpx.AsyncClient] = {}
        self._opening = asyncio.Lock()

    async def fetch(self, url: str, most: int, *, may_be_here: bool = False, proxy: Proxy | None = None) -> Media:
        """Download a file of at most `most` bytes. `may_be_here` allows URLs on this computer, for a gateway that runs
        on it. `proxy` is that of the file's gateway; it resolves the host name, so only hosts that are private as
        written are rejected. Raises SunotuiError."""
        try:
            address = _address_in(url, may_be_here=may_be_here)
            started = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(started + _LEAST_S) as limit:
                if proxy is None:
                    await _check_place(address, may_be_here=may_be_here)
                http = await self._client(address.scheme, proxy)
                request = http.build_request("GET", url, headers={"Accept": "image/*, audio/*"})
                response = await http.send(request, stream=True)
                try:
                    content = await _content_of(
                        response,
                        most,
                        lambda size: limit.reschedule(started + _LEAST_S + size / SLOWEST_BYTES_S),
                    )
                finally:
                    await response.aclose()
        except Exception as error:  # noqa: BLE001 - a hostile response can raise nearly anything (F8)
            raise _media_error(error_from_exception(error)) from None
        return Media(content, kind_of(content))

    async def aclose(self) -> None:
        """Close the connections."""
        for http in self._clients.values():
            await http.aclose()
        self._clients.clear()

    async def _client(self, scheme: str, proxy: Proxy | None) -> httpx.AsyncClient:
        key = (scheme, proxy)
        async with self._opening:
            if key not in self._clients:
                self._clients[key] = await open_client(scheme, self._limits, proxy=proxy)
            return self._clients[key]


def kind_of(content: bytes) -> str:
    """The type of a file by its first bytes; empty if it is neither an image nor audio."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "")
    if content[4:8] == b"ftyp":
        return "image/avif" if content[8:11] == b"avi" else "audio/mp4"
    # A bare MPEG frame: eleven set bits, and a layer.
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0 and content[1] & 0x06
    return "audio/mpeg" if is_frame else ""


def _media_error(error: SunotuiError) -> SunotuiError:
    """The error with a sentence about a third-party server instead of the gateway."""
    for kind, what in _SAID.items():
        if isinstance(error, kind):
            return kind(what)
    return error


def _address_in(url: str, *, may_be_here: bool) -> BaseUrl:
    """The origin of a URL that may be requested (W4). Raises UnsafeUrl."""
    parts = urlsplit(url)
    address = parse_base_url(f"{parts.scheme}://{parts.netloc}", allow_clear=True)
    if address.is_loopback and may_be_here:
        return address
    if address.scheme != "https" or is_private_name(address.host) or not _is_public(address.host):
        raise UnsafeUrl
    return address


def _is_public(host: str) -> bool:
    """Whether a host is not an address of this computer or its local network; a name may be anywhere."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True


async def _check_place(address: BaseUrl, *, may_be_here: bool) -> None:
    """Reject a name that resolves to this computer or its local network, too. Raises UnsafeUrl."""
    if address.is_loopback and may_be_here:
        return
    found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    if not all(_is_public(str(place[4][0])) for place in found):
        raise UnsafeUrl


async def _content_of(response: httpx.Response, most: int, note: Callable[[int], None]) -> bytes:
    """The body; `note` gets the number of bytes received so far with each part."""
    if response.status_code != 200:
        raise NotFound("there is no file at its address any more", http_status=response.status_code)
    if response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
        raise UnreadableResponse("the file came compressed, although it was asked for plain")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        note(len(content))
        if len(content) > most:
            raise UnreadableResponse(f"it is larger than {most // 2**20} MiB")
    value = response.headers.get("content-length", "")
    if value.isascii() and value.isdecimal() and int(value[:18]) != len(content):
        raise UnreadableResponse("it is incomplete")
    return bytes(content)
