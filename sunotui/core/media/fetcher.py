"""Fetches audio for playing: into a file that grows while it is played and ends in the media cache."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from sunotui.core.media.cache import MediaCache
from sunotui.core.media.download import ByteStream, SharedDownload
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.domain.gateways.profile import BaseUrl, Profile
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.tasks.clip import is_dead_link
from sunotui.gateway.audio_stream import AudioDownloader

_USUAL_BYTES_S = 40_000
"""The size of a second of MP3 at its highest bit rate, in bytes."""
_USUAL_LENGTH_S = 480.0


@dataclass(frozen=True, slots=True)
class AudioSource:
    """The audio of a take."""

    key: str
    """The id of the clip."""
    url: str
    profile: str
    """The name of the profile of its gateway."""
    is_live: bool = False
    """Whether the link is the stream of a song that is being generated, which is not kept."""
    expected_length_s: float | None = None
    """The length in seconds that the gateway reported."""
    saved: Path | None = None
    """A file that the user saved. It is played if the cache does not have the take, and needs no link."""


class Downloader(Protocol):
    """Opens downloads; `gateway/audio_stream.py` has the real one."""

    def open(
        self, url: str, *, home: BaseUrl | None = None, proxy: Proxy | None = None, is_live: bool = False
    ) -> ByteStream:
        """A download that begins when its chunks are read."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class MediaFile:
    """A file that is being fetched, or that is in the cache. It stays on disk at least until it is closed."""

    def __init__(self, download: SharedDownload) -> None:
        self._download = download
        self._is_closed = False

    @property
    def path(self) -> Path:
        """The file: one path until it is closed, also when the download completes. Raises MediaError before it is
        playable."""
        if self._download.file is None:
            raise self._download.error or MediaError("The audio has not arrived yet")
        return self._download.file.path

    @property
    def is_complete(self) -> bool:
        """Whether the whole file is on disk; for a live stream, whether the server has ended it."""
        return self._download.is_complete

    @property
    def is_from_disk(self) -> bool:
        """Whether the file was on disk before it was opened, so that fetching it may give another one."""
        return self._download.is_from_disk

    @property
    def size(self) -> int:
        """How many bytes are on disk."""
        return self._download.size

    @property
    def length(self) -> int | None:
        """The size of the whole file in bytes; None if it is not known yet."""
        return self._download.length

    async def wait_playable(self) -> None:
        """Wait until a player can begin. Raises MediaError."""
        await self._download.playable.wait()
        if not self._download.is_playable:
            raise self._download.error or MediaError()

    async def wait_complete(self) -> None:
        """Wait for the whole file. Raises MediaError; received data can still be played."""
        await self._download.done.wait()
        if self._download.error is not None:
            raise self._download.error

    def discard(self) -> None:
        """Do not keep the file, which cannot be played to its end: the next `open` fetches it again."""
        self._download.discard()

    def close(self) -> None:
        """Release the file. The download continues if more than half of it has arrived and it will be kept."""
        if not self._is_closed:
            self._is_closed = True
            self._download.give_up()


class MediaFetcher:
    """Fetches files, each once for all who opened it. Use it on the event loop; the disk is accessed in threads."""

    def __init__(self, cache: MediaCache, profile_named: Callable[[str], Profile | None]) -> None:
        self._cache, self._profile_named = cache, profile_named
        self._downloads: dict[tuple[str, bool], SharedDownload] = {}
        """The downloads that can be opened again."""
        self._running: dict[asyncio.Task[None], SharedDownload] = {}
        self._downloader: Downloader | None = None
        self._opening = asyncio.Lock()

    @property
    def problem(self) -> str:
        """Why files are not kept after their use, as a sentence; empty if they are."""
        return self._cache.problem

    async def open(self, source: AudioSource) -> MediaFile:
        """Open a take; waits only for the disk. A file in the cache is used instead of any link, even of a live stream.

        When a song that streams completes, open its final link, wait for the whole file, continue in it at the same
        position, and close the stream.
        """
        await self._forget_if_gone(source)
        name = _name_of(source)
        known = self._downloads.get((name, source.is_live))
        if known is None or known.is_over:
            room = round((source.expected_length_s or _USUAL_LENGTH_S) * _USUAL_BYTES_S)
            known = SharedDownload(
                self._cache,
                name,
                partial(self._stream, source),
                room=room,
                is_live=source.is_live,
                skips_cache=known is not None and known.is_discarded,
                saved=source.saved,
            )
            self._downloads[name, source.is_live] = known
            task = asyncio.create_task(self._run((name, source.is_live), known), name="audio download")
            self._running[task] = known
            task.add_done_callback(self._running.pop)
        known.users += 1
        return MediaFile(known)

    async def known(self, source: AudioSource) -> MediaFile | None:
        """Open a take whose file is in the cache, or is being fetched; None if it would have to be fetched."""
        await self._forget_if_gone(source)
        running = self._downloads.get((_name_of(source), False))
        if (running is not None and not running.is_over) or await asyncio.to_thread(self._cache.has, _name_of(source)):
            return await self.open(source)
        return None

    async def close(self) -> None:
        """End all downloads and delete what is not kept."""
        for download in self._running.values():
            download.end()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._downloader is not None:
            await self._downloader.aclose()
        await asyncio.to_thread(self._cache.close)

    async def _forget_if_gone(self, source: AudioSource) -> None:
        """Let no one else open a download whose file was deleted from outside: those who have it open keep it."""
        known = self._downloads.get((_name_of(source), source.is_live))
        if known is not None and known.file is not None and not await asyncio.to_thread(known.file.path.exists):
            known.is_over = True

    async def _run(self, key: tuple[str, bool], download: SharedDownload) -> None:
        try:
            await download.run()
        finally:
            if self._downloads.get(key) is download:
                del self._downloads[key]

    async def _stream(self, source: AudioSource) -> ByteStream:
        """The download of a take's link. Raises MediaError."""
        if is_dead_link(source.url):
            raise MediaError("The gateway has no audio of this take", advice="", source=ErrorSource.UPSTREAM)
        async with self._opening:
            if self._downloader is None:
                self._downloader = await asyncio.to_thread(_new_downloader)
        profile = self._profile_named(source.profile)
        if profile is None:
            return self._downloader.open(source.url, is_live=source.is_live)
        home = profile.base_url if profile.base_url.is_loopback else None
        return self._downloader.open(source.url, home=home, proxy=profile.proxy, is_live=source.is_live)


def _name_of(source: AudioSource) -> str:
    # Two gateways may use the same id.
    return f"{source.profile}\0{source.key}"


def _new_downloader() -> Downloader:
    # Loads httpx.
    return AudioDownloader()
