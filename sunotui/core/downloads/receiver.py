"""Receives a file from a server into its part, from where the part ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from sunotui.core.downloads.part_file import PartFile
from sunotui.core.downloads.verify.file_verification import suffix_of
from sunotui.core.media.threads import ended, finish_in_thread
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.domain.gateways.profile import BaseUrl, Profile
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.tasks.clip import is_dead_link
from sunotui.gateway.audio_content import HEAD_BYTES
from sunotui.gateway.audio_stream import LARGEST_AUDIO, AudioDownloader, ResumePoint

AT_ONCE = 4
"""How many files are received at the same time."""

WRITE_BYTES = 2_097_152
"""How much is collected before it is written, in bytes: a thread for every packet would take longer than the
transfer."""

WRITE_EVERY_S = 1.0
"""The maximum time between writes, in seconds: data that was not written is lost when the program is killed."""

RecordProgress = Callable[[int, int | None], None]
"""Called with how many bytes have arrived, and how many the file has if that is known."""


class ResumableStream(Protocol):
    """A file that arrives and is kept; `gateway/audio_stream.py` has the real one."""

    size: int
    length: int | None
    validator: str

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The content. Raises MediaError."""
        ...


class ResumableDownloader(Protocol):
    """Opens downloads of files that are kept; `gateway/audio_stream.py` has the real one."""

    def open_to_keep(
        self, url: str, point: ResumePoint, *, home: BaseUrl | None = None, proxy: Proxy | None = None
    ) -> ResumableStream:
        """A download from an offset on, which begins when its chunks are read."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Receiver:
    """Receives files; close it after use."""

    def __init__(
        self,
        profile_named: Callable[[str], Profile | None],
        make_downloader: Callable[[], ResumableDownloader] = AudioDownloader,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` returns seconds and never goes backwards."""
        self._clock = clock
        self._profile_named = profile_named
        self._make_downloader = make_downloader
        self._downloader: ResumableDownloader | None = None
        self._opening = asyncio.Lock()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def receive(self, part: PartFile, url: str, profile: str, kind: FileKind, record: RecordProgress) -> str:
        """Receive the whole file of a link of a profile's gateway, at most AT_ONCE at the same time; returns its type,
        such as "mp3", empty if its start was received earlier. What has arrived stays in the part, whatever happens
        (W6, W7). Raises MediaError and OSError."""
        if is_dead_link(url):
            raise MediaError("The gateway has no file of this take", advice="", source=ErrorSource.UPSTREAM)
        if part.is_complete:
            record(part.point.size, part.point.length)
            return ""
        async with self._places:
            return await self._receive(part, url, profile, kind, record)

    async def close(self) -> None:
        """Close the connections."""
        if self._downloader is not None:
            await self._downloader.aclose()

    async def _receive(self, part: PartFile, url: str, profile: str, kind: FileKind, record: RecordProgress) -> str:
        stream = await self._open(part.point, url, profile)
        writer = _Writer(part, stream, kind, self._clock)
        try:
            async with aclosing(stream.chunks()) as chunks:
                async for chunk in chunks:
                    await writer.take(chunk)
                    record(stream.size, stream.length)
            writer.end()
        finally:
            await writer.flush()
            if stream.size > LARGEST_AUDIO:
                # It would be resumed at this size, and refused again.
                await finish_in_thread(part.begin, None, "")
        if stream.length is not None and part.size != stream.length:
            raise MediaError(
                "The file on disk has another size than the server's",
                advice="Try again later",
                source=ErrorSource.COMPUTER,
            )
        # Now the length is known even if the server did not report it.
        part.point = part.point._replace(length=part.size)
        return writer.suffix

    async def _open(self, point: ResumePoint, url: str, profile: str) -> ResumableStream:
        async with self._opening:
            if self._downloader is None:
                self._downloader = await asyncio.to_thread(self._make_downloader)
        known = self._profile_named(profile)
        if known is None:
            return self._downloader.open_to_keep(url, point)
        home = known.base_url if known.base_url.is_loopback else None
        return self._downloader.open_to_keep(url, point, home=home, proxy=known.proxy)


class _Writer:
    """Appends the content of a stream to a part; a part of another file is emptied once the first bytes have been
    recognized as the requested file."""

    def __init__(self, part: PartFile, stream: ResumableStream, kind: FileKind, clock: Callable[[], float]) -> None:
        self._part, self._stream, self._kind, self._clock = part, stream, kind, clock
        self._written_at = clock()
        self._pieces: list[bytes] = []
        self._collected = 0
        """The bytes of the pieces."""
        self._is_begun = False
        self._starts = False
        """Whether the part has to be emptied before anything is written."""
        self.suffix = ""
        """The type of the file, once its start has arrived."""
        self._writing: asyncio.Future[None] | None = None
        """What is being written while more arrives."""

    async def take(self, chunk: bytes) -> None:
        """Handle a chunk. Raises MediaError and OSError."""
        if not self._pieces and not self._is_begun:
            # The stream has counted this chunk, which follows what the part has unless the transfer restarted.
            self._is_begun = self._stream.size - len(chunk) == self._part.point.size > 0
        self._pieces.append(chunk)
        self._collected += len(chunk)
        if not self._is_begun and self._collected >= HEAD_BYTES:
            self._begin()
        is_due = self._collected >= WRITE_BYTES or self._clock() - self._written_at >= WRITE_EVERY_S
        if self._is_begun and is_due:
            await self._write()

    def end(self) -> None:
        """Handle the end. Raises MediaError."""
        if not self._is_begun:
            self._begin()

    async def flush(self) -> None:
        """Write the collected data, and wait until it is written. Raises OSError."""
        await self._write()
        await self._written()

    async def _write(self) -> None:
        """Begin to write the collected data, after what is being written. Raises OSError."""
        await self._written()
        if self._is_begun and self._pieces:
            pieces, self._pieces, self._collected = self._pieces, [], 0
            start = (self._stream.length, self._stream.validator) if self._starts else None
            self._starts = False
            self._written_at = self._clock()
            self._writing = asyncio.ensure_future(asyncio.to_thread(_append, self._part, pieces, start))

    async def _written(self) -> None:
        """Wait until nothing is being written. Raises OSError; nothing is written any more then, since a part of what
        came before it may be missing."""
        if self._writing is None:
            return
        # If the caller is cancelled, the write ends before the part can be released.
        await ended(self._writing)
        writing, self._writing = self._writing, None
        try:
            writing.result()
        except BaseException:  # whatever ended the write, a part of it may be missing
            self._pieces, self._is_begun = [], False
            raise

    def _begin(self) -> None:
        self._pieces = [b"".join(self._pieces)]
        self.suffix = suffix_of(self._kind, self._pieces[0][:HEAD_BYTES])
        self._is_begun = self._starts = True


def _append(part: PartFile, pieces: list[bytes], start: tuple[int | None, str] | None) -> None:
    if start is not None:
        part.begin(*start)
    part.append(*pieces)
