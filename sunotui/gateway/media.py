"""Downloads covers and audio from third-party servers, without token or cookies and with short time limits (W4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from sunotui.domain.errors import (
    MediaError,
    NetworkError,
    NotAGateway,
    NotFound,
    SunotuiError,
    TimedOut,
    UnreadableResponse,
    UnsafeUrl,
)
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.errors.mapping import error_from_exception
from sunotui.gateway.media_address import check_public_name, check_public_place, origin_of
from sunotui.gateway.media_clients import MediaClients
from sunotui.gateway.transport.connection import TimeLimits

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

_INTERRUPTED = (httpx.NetworkError, httpx.RemoteProtocolError)
"""What a connection that was made raises when it ends before the whole file has arrived."""
_SAID: dict[type[SunotuiError], str] = {
    NetworkError: "its server could not be reached",
    TimedOut: "its server took too long",
    UnsafeUrl: "its address is not safe to ask",
    NotAGateway: "its server sends on to another address",
}


@dataclass(frozen=True, slots=True)
class DownloadedMedia:
    """A downloaded file."""

    content: bytes
    kind: str
    """Its type according to its first bytes, such as "image/png"; the server's content type is ignored (W5)."""


class MediaDownloader:
    """Fetches media. It follows no redirects; close it after use."""

    def __init__(self, limits: TimeLimits | None = None) -> None:
        self._clients = MediaClients(limits)

    async def fetch(
        self, url: str, most: int, *, may_be_here: bool = False, proxy: Proxy | None = None
    ) -> DownloadedMedia:
        """Download a file of at most `most` bytes. `may_be_here` allows URLs on this computer, for a gateway that runs
        on it. `proxy` is that of the file's gateway; it resolves the host name, so only hosts that are private as
        written are rejected. Raises SunotuiError; NetworkError only if the server cannot be reached at all."""
        try:
            address = _address_in(url, may_be_here=may_be_here)
            started = asyncio.get_running_loop().time()
            async with asyncio.timeout_at(started + _LEAST_S) as limit:
                if proxy is None and not (address.is_loopback and may_be_here):
                    await check_public_place(address)
                http = await self._clients.client(address.scheme, proxy)
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
            if isinstance(error, _INTERRUPTED) and not isinstance(error, httpx.ConnectError):
                # It says nothing about the other files of this server.
                raise MediaError("its server ended the transfer early") from None
            raise _media_error(error_from_exception(error)) from None
        return DownloadedMedia(content, kind_of(content))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()


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
    address = origin_of(url)
    if not (address.is_loopback and may_be_here):
        check_public_name(address)
    return address


async def _content_of(response: httpx.Response, most: int, record: Callable[[int], None]) -> bytes:
    """The body; `record` gets the number of bytes received so far with each part."""
    if response.status_code != 200:
        raise NotFound("there is no file at its address any more", http_status=response.status_code)
    if response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
        raise UnreadableResponse("the file came compressed, although it was asked for plain")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        record(len(content))
        if len(content) > most:
            raise UnreadableResponse(f"it is larger than {most // 2**20} MiB")
    value = response.headers.get("content-length", "")
    if value.isascii() and value.isdecimal() and int(value[:18]) != len(content):
        raise UnreadableResponse("it is incomplete")
    return bytes(content)
