"""Covers of takes: fetched, checked, kept on disk and decoded, all off the event loop's thread."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from sunotui.core.clock import Clock
from sunotui.core.media.cover_files import CoverFiles
from sunotui.core.media.cover_provider import BeforeRequest, CoverCodec, IndexedPixels, NotACover, Pixels
from sunotui.core.media.cover_source import CoverSource
from sunotui.domain.errors import MediaError, NetworkError, SunotuiError, TimedOut
from sunotui.domain.gateways.profile import Profile
from sunotui.gateway.media import MediaDownloader
from sunotui.gateway.media_address import origin_of

MAX_BYTES = 5 * 2**20
LIMIT_S = 10.0
"""The total time limit of a download, in seconds."""
_AT_ONCE = 3
"""Downloads at the same time."""
_DECODED_AT_ONCE = 1
_KEPT_DECODED = 200
"""Decoded covers in memory."""
_LARGEST_KEPT = 20_000
"""Bytes of a decoded cover that is kept in memory: those that are drawn as half blocks."""
_KEPT_FAILURES = 2_000
_RETRY_S = 60.0
"""Seconds until a cover is tried again whose server did not respond, or ended the transfer early."""
_RETRY_BAD_S = 1_800.0
"""Seconds until a cover is tried again whose address did not return a picture."""

_log = logging.getLogger(__name__)


def _codec() -> CoverCodec:
    from sunotui.core.media import cover_pixels

    return cover_pixels


class _Download:
    """A download that runs, and how many wait for it."""

    def __init__(self, task: asyncio.Task[bytes | None]) -> None:
        self.task = task
        self.waiting = 0


class CoverService:
    """Returns covers as pixels or files. No method raises for a cover that cannot be fetched; `aclose` ends the
    downloads."""

    def __init__(
        self,
        folder: Path,
        profile_named: Callable[[str], Profile | None],
        clock: Clock,
        downloader: MediaDownloader | None = None,
    ) -> None:
        """`folder` keeps the files; the proxy and the address of the profile of a take decide how its cover is
        fetched."""
        self._files = CoverFiles(folder)
        self._profile_named = profile_named
        self._clock = clock
        self._downloader = downloader or MediaDownloader()
        self._decoded: OrderedDict[tuple[str, int, int], Pixels] = OrderedDict()
        self._failures: OrderedDict[str, float] = OrderedDict()
        """Until when a cover or a server is not tried again, by its key or name, in seconds of the monotonic clock."""
        self._downloads: dict[str, _Download] = {}
        self._fetching = asyncio.Semaphore(_AT_ONCE)
        self._decoding = asyncio.Semaphore(_DECODED_AT_ONCE)

    def has_failed(self, source: CoverSource) -> bool:
        """Whether fetching this cover, or any from its server, failed a while ago and is not retried yet."""
        key = cover_key(source)
        return self._is_waiting(key) or (self._is_waiting(_server(source)) and key not in self._files)

    def _is_waiting(self, subject: str) -> bool:
        until = self._failures.get(subject)
        return until is not None and self._clock.monotonic() < until

    async def pixels(self, source: CoverSource, width: int, height: int) -> Pixels | None:
        """A cover scaled to `width` by `height` pixels; None if it cannot be fetched. A download that is no longer
        awaited is cancelled."""
        key = cover_key(source)
        wanted = (key, width, height)
        if (known := self._decoded.get(wanted)) is not None:
            self._decoded.move_to_end(wanted)
            return known
        content = await self._content(source, key)
        if content is None:
            return None
        made = await self._decode(content, width, height, key)
        if made is None:
            # The file on disk is not the one that was written.
            await asyncio.to_thread(self._files.remove, key)
            return None
        if len(made.rgb) <= _LARGEST_KEPT:
            self._decoded[wanted] = made
        if len(self._decoded) > _KEPT_DECODED:
            self._decoded.popitem(last=False)
        return made

    async def indexed(self, pixels: Pixels, colors: int) -> IndexedPixels:
        """A picture in at most `colors` colours, 2 to 256."""
        async with self._decoding:
            return await asyncio.to_thread(lambda: _codec().indexed(pixels, colors))

    async def jpeg(self, pixels: Pixels, most: int) -> bytes | None:
        """A picture as a JPEG file of at most `most` bytes; None if that is impossible."""
        async with self._decoding:
            return await asyncio.to_thread(lambda: _codec().jpeg(pixels, most))

    async def file(self, source: CoverSource, before_request: BeforeRequest | None = None) -> Path | None:
        """The cover as a file in JPEG, PNG or WebP; None if it cannot be fetched or stored. It may be removed when it
        has not been used for a long time."""
        key = cover_key(source)
        content = await self._content(source, key, before_request)
        path = self._files.path(key)
        return path if content is not None and await asyncio.to_thread(path.is_file) else None

    async def aclose(self) -> None:
        """Cancel the downloads, and close the connections."""
        running = [download.task for download in self._downloads.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._downloader.aclose()

    async def _content(
        self, source: CoverSource, key: str, before_request: BeforeRequest | None = None
    ) -> bytes | None:
        content = await asyncio.to_thread(self._files.read, key, MAX_BYTES)
        if content is not None or self.has_failed(source):
            return content
        if before_request is not None:
            await before_request()
        download = self._downloads.get(key)
        if download is None:
            task = asyncio.create_task(self._download(source, key), name="cover")
            download = self._downloads[key] = _Download(task)
            task.add_done_callback(lambda _: self._forget(key, download))
        download.waiting += 1
        try:
            return await asyncio.shield(download.task)
        finally:
            download.waiting -= 1
            if not download.waiting and not download.task.done():
                download.task.cancel()
                self._forget(key, download)

    def _forget(self, key: str, download: _Download) -> None:
        if self._downloads.get(key) is download:
            del self._downloads[key]

    async def _download(self, source: CoverSource, key: str) -> bytes | None:
        """Fetch a cover, check it and keep it."""
        profile = self._profile_named(source.profile)
        try:
            is_gateways_own = profile is not None and origin_of(source.url).origin == profile.base_url.origin
            async with self._fetching, asyncio.timeout(LIMIT_S):
                found = await self._downloader.fetch(
                    source.url,
                    MAX_BYTES,
                    may_be_here=is_gateways_own,
                    proxy=profile.proxy if profile is not None else None,
                )
        except (TimeoutError, TimedOut):
            self._record_failure(key, "its server took too long", _RETRY_S)
            return None
        except MediaError as error:
            self._record_failure(key, error.what, _RETRY_S)
            return None
        except NetworkError as error:
            # Otherwise every song would show and hide the space for a cover while there is no network.
            self._record_failure(_server(source), error.what, _RETRY_S)
            return None
        except SunotuiError as error:
            self._record_failure(key, error.what, _RETRY_BAD_S)
            return None
        # The smallest size, since this only checks whether it can be decoded.
        if await self._decode(found.content, 1, 1, key) is None:
            return None
        try:
            await asyncio.to_thread(self._files.write, key, found.content)
        except OSError as error:
            _log.info("a cover could not be kept: %s", error.strerror)
        return found.content

    async def _decode(self, content: bytes, width: int, height: int, key: str) -> Pixels | None:
        try:
            async with self._decoding:
                return await asyncio.to_thread(lambda: _codec().decode_cover(content, width, height))
        except NotACover as error:
            self._record_failure(key, str(error), _RETRY_BAD_S)
            return None

    def _record_failure(self, subject: str, reason: str, seconds: float) -> None:
        _log.info("no cover: %s", reason)
        self._failures[subject] = self._clock.monotonic() + seconds
        self._failures.move_to_end(subject)
        if len(self._failures) > _KEPT_FAILURES:
            self._failures.popitem(last=False)


def _server(source: CoverSource) -> str:
    """The server of a cover, as its address names it."""
    return "/".join(source.url.split("/", 3)[:3])


def cover_key(source: CoverSource) -> str:
    """The name of a cover's file. The query is left out: it is often a signature that expires."""
    address = source.url.partition("?")[0]
    name = "\n".join((source.profile, source.clip_id, address))
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
