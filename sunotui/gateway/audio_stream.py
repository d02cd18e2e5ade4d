"""Downloads audio from third-party servers while it is played: without token or cookies, with checked redirects, and
resumed when a connection is cut (W4)."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urljoin

import httpx

from sunotui.domain.errors import ErrorSource, MediaError, NetworkError, SunotuiError, TimedOut, UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.text import URL_LIMIT, clean
from sunotui.gateway.errors.mapping import error_from_exception
from sunotui.gateway.media_address import check_public_name, check_public_place, origin_of
from sunotui.gateway.media_clients import MediaClients
from sunotui.gateway.parsing.links import read_link
from sunotui.gateway.transport.connection import TimeLimits
from sunotui.gateway.transport.deadline import within
from sunotui.gateway.transport.httpcore_patches import receive_large_pieces
from sunotui.named_tuple import NamedTuple

LARGEST_AUDIO = 200_000_000
"""The maximum size of a file in bytes."""
MOST_REDIRECTS = 5
STALL_S = 30.0
"""How long a server may take for its headers, or for the next CHUNK_BYTES, in seconds."""
SLOWEST_BYTES_S = 2_048
"""The minimum average speed in bytes per second, after the first STALL_S: half of that of audio at 32 kbit/s."""
LONG_S = 3_600.0
LONG_BYTES_S = 16_384
"""The minimum average speed in bytes per second after LONG_S, an hour: an endless body must not occupy its slot
among the downloads for a day."""
LIVE_LIMIT_S = 1_800.0
"""How long the stream of a song being generated may take, in seconds."""
CHUNK_BYTES = 8_192
_MOST_RESUMES = 2

_CONTENT_RANGE = re.compile(r"bytes (?P<first>[0-9]{1,15})-[0-9]{1,15}/(?P<size>[0-9]{1,15}|\*)")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NEW_LINK = "Refresh the song to get its current link"
_LATER = "Try again later"
_LARGE = 10_000_000
"""From this size in bytes on, messages show megabytes."""


class AudioLink(NamedTuple):
    """What to download, and from where."""

    url: str
    home: BaseUrl | None = None
    """The gateway of the link if it runs on this computer: its own origin may be asked over http."""
    proxy: Proxy | None = None
    """The gateway's proxy. It resolves host names, so only hosts that are private as written are refused."""
    is_live: bool = False
    """Whether it is the stream of a song being generated, which has no length and takes minutes."""


class ResumePoint(NamedTuple):
    """How much of a file is already on disk; size 0 for a download from the start."""

    size: int = 0
    """Bytes."""
    length: int | None = None
    """The size of the whole file in bytes, if the server reported it."""
    validator: str = ""
    """The strong ETag of the file, without which nothing is resumed."""


class AudioDownloader:
    """Opens downloads; close it after use."""

    def __init__(self, limits: TimeLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` returns seconds and never goes backwards."""
        self._clients = MediaClients(limits, _report_redirect)
        self._clock = clock

    def open(
        self, url: str, *, home: BaseUrl | None = None, proxy: Proxy | None = None, is_live: bool = False
    ) -> AudioStream:
        """A download that begins when its chunks are read; the arguments are those of AudioLink."""
        return AudioStream(self._clients, AudioLink(url, home, proxy, is_live), self._clock)

    def open_to_keep(
        self, url: str, point: ResumePoint, *, home: BaseUrl | None = None, proxy: Proxy | None = None
    ) -> AudioStream:
        """A download to a file that is kept, from an offset on: it resumes only if the file is certainly the same (W3),
        otherwise it restarts. Its chunks are as large as they arrive."""
        return AudioStream(self._clients, AudioLink(url, home, proxy), self._clock, point)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()


class AudioStream:
    """One download. Its failures are MediaError, each with one sentence."""

    def __init__(
        self, clients: MediaClients, link: AudioLink, clock: Callable[[], float], point: ResumePoint | None = None
    ) -> None:
        self._clients, self._link, self._clock = clients, link, clock
        self._is_kept = point is not None
        point = point if point is not None and point.validator else ResumePoint()
        self._waited_s = 0.0
        self._received = 0
        self._has_begun = False
        """Whether a chunk was delivered."""
        self.validator = point.validator
        """The strong ETag or, for playing, the date of the last change, by which the server recognizes its file."""
        self.size = point.size
        """How many bytes have been read, including those before the offset; may go back to 0 once, before the first
        chunk, if the server has a different file now."""
        self.length: int | None = point.length
        """The size of the file in bytes as the server says, from the first chunk on; None if it does not."""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The content in chunks of at most CHUNK_BYTES. Raises MediaError. Close the iterator if it is not read to its
        end."""
        resumes = 0
        while True:
            try:
                async with self._response() as response:
                    async for chunk in self._body(response):
                        self._has_begun = True
                        yield chunk
                if self.length is None or self.size >= self.length:
                    return
            except httpx.TransportError as error:
                if not self._has_begun:
                    raise _error_for(error) from None
            if resumes == _MOST_RESUMES or not self.validator or self._link.is_live:
                raise self._cut()
            resumes += 1

    @asynccontextmanager
    async def _response(self) -> AsyncIterator[httpx.Response]:
        """The response whose body continues after `size` bytes."""
        try:
            async with within(STALL_S):
                response = await self._follow()
        except MediaError:
            raise
        except Exception as error:  # noqa: BLE001 - a hostile response can raise nearly anything (F8)
            raise _error_for(error) from None
        try:
            yield response
        finally:
            await response.aclose()

    async def _follow(self) -> httpx.Response:
        """Send the request and follow redirects. Raises MediaError and what httpx raises."""
        url, is_home = self._link.url, True
        for _ in range(MOST_REDIRECTS + 1):
            address = await self._checked(url, is_home=is_home)
            # A server elsewhere must not send us to the gateway on this computer.
            is_home = self._is_home(address)
            http = await self._clients.client(address.scheme, self._link.proxy)
            try:
                response = await http.send(http.build_request("GET", url, headers=self._headers()), stream=True)
            except _Redirected as redirect:
                url = _joined(url, redirect.location)
                continue
            try:
                self._read_head(response)
            except _StartAgain:
                await response.aclose()
                continue
            except BaseException:  # also when it is cancelled: the connection stays open otherwise
                await response.aclose()
                raise
            if self._is_kept:
                receive_large_pieces(response.extensions.get("network_stream"))
            return response
        raise MediaError(
            f"The audio server redirects more than {MOST_REDIRECTS} times",
            advice=_NEW_LINK,
            source=ErrorSource.UPSTREAM,
        )

    async def _checked(self, url: str, *, is_home: bool) -> BaseUrl:
        """The origin of a URL that may be requested. Raises MediaError."""
        if len(url) > URL_LIMIT or read_link(url).address != url:
            raise _unsafe()
        try:
            address = origin_of(url)
            if is_home and self._is_home(address):
                return address
            check_public_name(address)
            if self._link.proxy is None:
                await check_public_place(address)
        except UnsafeUrl:
            raise _unsafe() from None
        except OSError as error:
            raise MediaError(
                "The audio server's name could not be found", detail=clean(error.strerror or ""), advice=_LATER
            ) from None
        return address

    def _is_home(self, address: BaseUrl) -> bool:
        return self._link.home is not None and address.origin == self._link.home.origin

    def _headers(self) -> dict[str, str]:
        headers = {"Accept": "audio/*, application/octet-stream;q=0.9, */*;q=0.1"}
        if self.size:
            headers |= {"Range": f"bytes={self.size}-", "If-Range": self.validator}
        return headers

    def _read_head(self, response: httpx.Response) -> None:
        """Check the status and the headers. Raises MediaError."""
        if response.headers.get("content-encoding", "").strip().lower() not in {"", "identity"}:
            raise MediaError(
                "The audio server sent a compressed file, although it was asked for a plain one",
                source=ErrorSource.UPSTREAM,
            )
        if self.size:
            if self._continues(response):
                return
            if self._has_begun or not self._is_kept:
                raise self._cut()
            # Another file, or a server that cannot continue one.
            self.size = 0
            if response.status_code != HTTPStatus.OK:
                raise _StartAgain
        if response.status_code != HTTPStatus.OK:
            raise _error_of_status(response.status_code)
        self.length = _length_of(response)
        if self.length is not None and self.length > LARGEST_AUDIO:
            raise _too_large()
        etag = response.headers.get("etag", "")
        is_strong = etag.startswith('"')
        self.validator = etag if is_strong else "" if self._is_kept else response.headers.get("last-modified", "")

    def _continues(self, response: httpx.Response) -> bool:
        """Whether a response has the rest of the same file."""
        found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if response.status_code != HTTPStatus.PARTIAL_CONTENT or found is None:
            return False
        return int(found["first"]) == self.size and found["size"] in {"*", str(self.length)}

    async def _body(self, response: httpx.Response) -> AsyncIterator[bytes]:
        """The body, as long as it stays within the limits. Raises MediaError and httpx.TransportError."""
        parts = response.aiter_raw(None if self._is_kept else CHUNK_BYTES)
        while True:
            started = self._clock()
            try:
                async with within(STALL_S):
                    chunk = await anext(parts, None)
            except TimeoutError:
                raise MediaError(f"The audio server sent nothing for {STALL_S:.0f} seconds", advice=_LATER) from None
            if chunk is None:
                return
            self.size += len(chunk)
            self._received += len(chunk)
            # Time in which this program was suspended does not count.
            self._waited_s += min(self._clock() - started, STALL_S)
            self._check_limits()
            yield chunk

    def _check_limits(self) -> None:
        if self.size > LARGEST_AUDIO:
            raise _too_large()
        if self._link.is_live and self._waited_s > LIVE_LIMIT_S:
            raise MediaError(f"The stream did not end within {LIVE_LIMIT_S / 60:.0f} minutes", advice=_NEW_LINK)
        most_s = min(STALL_S + self._received / SLOWEST_BYTES_S, LONG_S + self._received / LONG_BYTES_S)
        if not self._link.is_live and self._waited_s > most_s:
            raise MediaError("The audio server sends too slowly", advice=_LATER)

    def _cut(self) -> MediaError:
        # Rounded so that the message shows that something is missing.
        divisor, unit = (1_000, "kB") if (self.length or self.size) < _LARGE else (100_000, "MB")
        sizes = [self.size // divisor, *([] if self.length is None else [-(-self.length // divisor)])]
        received = " of ".join(f"{size / 10:.1f}" if unit == "MB" else f"{size}" for size in sizes)
        return MediaError(f"The download was cut off after {received} {unit}", advice=_LATER)


class _StartAgain(Exception):
    """A response with which nothing can be resumed."""


class _Redirected(Exception):
    """A redirect to another address."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location


async def _report_redirect(response: httpx.Response) -> None:
    """Stop before httpx parses the target: a malformed one would raise another error."""
    if response.status_code in _REDIRECTS:
        raise _Redirected(response.headers.get("location", ""))


def _joined(url: str, location: str) -> str:
    """The target of a redirect; it is not checked. Raises MediaError if it cannot be parsed."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise _unsafe() from None


def _length_of(response: httpx.Response) -> int | None:
    value = response.headers.get("content-length", "")
    return int(value[:18]) if value.isascii() and value.isdecimal() else None


def _unsafe() -> MediaError:
    return MediaError("The address of the audio is not safe to open", advice=_NEW_LINK, source=ErrorSource.UPSTREAM)


def _too_large() -> MediaError:
    return MediaError(
        f"The audio file is larger than {LARGEST_AUDIO // 1_000_000} MB", advice="", source=ErrorSource.UPSTREAM
    )


def _error_of_status(status: int) -> MediaError:
    if status in {401, 403}:
        what, advice = "refused the link, which may have expired", _NEW_LINK
    elif status in {404, 410}:
        what, advice = "has no file at the link any more", _NEW_LINK
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        what, advice = "is asked too often", _LATER
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        what, advice = "failed", _LATER
    else:
        what, advice = "gave an unexpected response", _NEW_LINK
    return MediaError(
        f"The audio server {what} ({status})", advice=advice, source=ErrorSource.UPSTREAM, http_status=status
    )


def _error_for(error: Exception) -> MediaError:
    """The error for an exception of a request; its own text may quote anything."""
    known: SunotuiError = error_from_exception(error)
    if isinstance(error, SunotuiError):  # the proxy's
        return MediaError(error.what, advice=error.advice, detail=error.detail)
    if isinstance(known, TimedOut):
        return MediaError("The audio server did not respond in time", advice=_LATER)
    if isinstance(error, httpx.RemoteProtocolError):
        # Also a connection that ends without a response.
        return MediaError("The audio server gave no valid response", advice=_LATER)
    if isinstance(known, NetworkError):
        return MediaError(
            "The audio server could not be reached", detail=known.detail, advice="Check the network and try again"
        )
    return MediaError("The audio server's response broke the rules of HTTP", detail=known.detail, advice=_LATER)
