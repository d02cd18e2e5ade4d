"""One download: from a server, or from the cache, into a file that its users share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Protocol

from sunotui.core.media.cache import MediaCache
from sunotui.core.media.locked_file import LockedFile
from sunotui.core.media.threads import finish_in_thread
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.gateway.audio_content import HEAD_BYTES, audio_suffix, needs_whole_file, tag_bytes

PLAYABLE_BYTES = 8_192
"""How much audio a player needs before it can begin, in bytes."""
_LONGEST_TAG = 1_000_000
"""The maximum size in bytes of a tag in front of the audio, usually a cover, that is waited for."""

_STOPPED = "The download was stopped"

_log = logging.getLogger(__name__)


class ByteStream(Protocol):
    """The content of a file as it arrives; `gateway/audio_stream.py` has the real one."""

    length: int | None

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The content. Raises MediaError."""
        ...


class SharedDownload:
    """The state of one file, shared by all who opened it. `run` continues as long as it has users."""

    def __init__(
        self,
        cache: MediaCache,
        key: str,
        open_stream: Callable[[], Awaitable[ByteStream]],
        *,
        room: int,
        is_live: bool,
        skips_cache: bool = False,
        saved: Path | None = None,
    ) -> None:
        """`room` is the expected size in bytes if the server does not announce one. `skips_cache` asks the server even
        if the cache has the file. `saved` is a file of the user with the same audio, which is only read."""
        self._cache, self._key, self._open_stream = cache, key, open_stream
        self._room, self._is_live, self._skips_cache = room, is_live, skips_cache
        self._saved = None if skips_cache else saved
        self._fetching: asyncio.Task[None] | None = None
        self._users_changed = asyncio.Event()
        self.users = 0
        self.is_discarded = False
        self.is_over = False
        """Whether it can no longer be opened."""
        self.is_from_disk = False
        """Whether nothing was fetched: the cache had the file, or the user had saved it."""
        self.file: LockedFile | None = None
        self.size = 0
        self.length: int | None = None
        self.is_complete = False
        self.error: MediaError | None = None
        self.is_playable = False
        self.playable = asyncio.Event()
        """Set when it is playable or has failed."""
        self.done = asyncio.Event()

    async def run(self) -> None:
        """Fetch the file, and close it when it has no more users. Never raises, unless it is cancelled."""
        if self.users <= 0:  # it was closed at once
            self._settle(MediaError(_STOPPED, advice=""))
            return
        self._fetching = asyncio.create_task(self._fetch(), name="fetch audio")
        try:
            await asyncio.wait([self._fetching])
            self._record_end(self._fetching)
            while self.users > 0:
                self._users_changed.clear()
                await self._users_changed.wait()
        finally:
            self.is_over = True
            if self._fetching.cancel():
                await asyncio.wait([self._fetching])
            await finish_in_thread(self._release)

    def give_up(self) -> None:
        """Record that a user closed it. Without users, it continues only if more than half has arrived and will be
        kept."""
        self.users -= 1
        self._users_changed.set()
        is_nearly_there = not self._is_live and 2 * self.size > (self.length or 2 * self.size)
        is_worth_it = is_nearly_there and self._cache.may_keep(self.length or 0)
        if self.users <= 0 and not self.is_complete and not is_worth_it:
            self.end()

    def end(self) -> None:
        """Stop it, even if it is in use."""
        self.is_over = True
        self.users = 0
        self._users_changed.set()
        if self._fetching is not None:
            self._fetching.cancel()

    def discard(self) -> None:
        """Delete the file from the cache when it is closed."""
        self.is_discarded = self.is_over = True

    def _record_end(self, fetching: asyncio.Task[None]) -> None:
        error = MediaError(_STOPPED, advice="") if fetching.cancelled() else fetching.exception()
        if isinstance(error, OSError):
            why = (error.strerror or "no reason given").lower()
            error = MediaError(
                f"The audio could not be stored: {why}", advice="Free some disk space", source=ErrorSource.COMPUTER
            )
        elif error is not None and not isinstance(error, MediaError):
            _log.error("fetch audio: unexpected error: %s", type(error).__name__)
            error = MediaError()
        self._settle(error)

    def _settle(self, error: MediaError | None) -> None:
        self.error = error
        # Opening it again retries.
        self.is_over = self.is_over or error is not None
        self.playable.set()
        self.done.set()

    async def _fetch(self) -> None:
        """Find or fetch the file. Raises MediaError and OSError."""
        await finish_in_thread(self._find)
        if self.file is not None:
            self._record_complete()
            return
        stream = await self._open_stream()
        head, suffix, playable_from = b"", "", 0
        async with aclosing(stream.chunks()) as chunks:
            async for chunk in chunks:
                head += chunk if self.file is None else b""
                if self.file is not None:
                    await self._append(chunk)
                elif len(head) >= HEAD_BYTES:
                    suffix = await self._begin(head, stream.length)
                    playable_from = _playable_from(head)
                if self.file is not None and self.size >= playable_from >= 0:
                    self._record_playable()
        if self.file is None:
            suffix = await self._begin(head, stream.length)
        if not self._is_live:
            await finish_in_thread(self._keep, suffix)
        self._record_complete()

    def _record_playable(self) -> None:
        self.is_playable = True
        self.playable.set()

    def _record_complete(self) -> None:
        self.length, self.is_complete = self.size, True
        self._record_playable()

    async def _begin(self, head: bytes, length: int | None) -> str:
        """Recognize the file and write its first bytes; returns its suffix. Raises MediaError and OSError."""
        suffix = audio_suffix(head)
        self.length = length
        await finish_in_thread(self._create)
        await self._append(head)
        return suffix

    async def _append(self, data: bytes) -> None:
        await finish_in_thread(self._write, data)
        self.size += len(data)

    # --- in threads; results are in fields, so that a cancelled caller loses no open file ----------------------------

    def _find(self) -> None:
        self.file = None if self._skips_cache else self._cache.find(self._key)
        if self.file is None and self._saved is not None:
            self.file = LockedFile.open(self._saved, marks_use=False)
        self.is_from_disk = self.file is not None
        self.size = self.file.size if self.file is not None else 0

    def _create(self) -> None:
        self.file = self._cache.create(self._key, self.length if self.length is not None else self._room)

    def _write(self, data: bytes) -> None:
        if self.file is not None:
            self._cache.append(self.file, data)

    def _keep(self, suffix: str) -> None:
        if self.file is not None and not self.is_discarded:
            self._cache.keep(self._key, self.file, suffix)

    def _release(self) -> None:
        if self.is_discarded:
            self._cache.remove(self._key)
        if self.file is not None:
            self._cache.release(self.file)


def _playable_from(head: bytes) -> int:
    """How many bytes a player needs before it can begin; -1 if it needs all of them."""
    if needs_whole_file(head):
        return -1
    tag = tag_bytes(head)
    return PLAYABLE_BYTES + (tag if tag <= _LONGEST_TAG else 0)
