"""Writes the timed lyrics beside takes that were saved before the times were known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from sunotui.core.context import Context
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.downloads.take_loader import TakeLoader
from sunotui.core.events import Event, TimingsArrived
from sunotui.domain.annotations import TakeRef
from sunotui.domain.downloads import SavedFile
from sunotui.domain.errors import MediaError
from sunotui.storage.downloads.saved_files import SavedFileStore

_log = logging.getLogger(__name__)


class LyricsWriter(Protocol):
    """Writes timed lyrics beside files; `tagger.py` has the real one."""

    @property
    def writes_lyrics(self) -> bool:
        """Whether the user wants them."""
        ...

    async def write_lyrics(self, path: Path, take: TakeToSave) -> None:
        """Write the timed lyrics beside a saved file, if their times are known or the gateway offers them. A file that
        is there stays as it is. Raises MediaError and OSError."""
        ...


class LateLyrics:
    """Completes saved takes. For the event loop."""

    def __init__(self, ctx: Context, files: SavedFileStore, loader: TakeLoader, writer: LyricsWriter) -> None:
        self._ctx, self._files, self._loader, self._writer = ctx, files, loader, writer

    def on_event(self, event: Event) -> None:
        """Write the lyrics of a saved take whose times have arrived."""
        if isinstance(event, TimingsArrived) and self._writer.writes_lyrics:
            self._ctx.background.start_brief("write timed lyrics", self._write_of, event.clip_id)

    async def complete(self, files: Iterable[SavedFile]) -> None:
        """Write the timed lyrics that are missing beside these files, one after the other; the gateway may be asked
        for the times. Raises LibraryError."""
        if not self._writer.writes_lyrics:
            return
        for file in await asyncio.to_thread(_without_lyrics, tuple(files)):
            ref = TakeRef(file.task_id, file.clip_id)
            take = await self._ctx.storage.run(self._loader.take, ref, file.kind)
            if take is None:
                continue
            try:
                await self._writer.write_lyrics(file.path, take)
            except (MediaError, OSError) as error:
                _log.warning("timed lyrics beside a song: %s", type(error).__name__)

    async def _write_of(self, clip_id: str) -> None:
        found = await self._ctx.storage.run(self._files.of, [clip_id])
        await self.complete(found.get(clip_id, ()))


def _without_lyrics(files: Sequence[SavedFile]) -> list[SavedFile]:
    """The files that exist and have no timed lyrics beside them. Blocks."""
    return [file for file in files if file.path.is_file() and not file.path.with_suffix(".lrc").exists()]
