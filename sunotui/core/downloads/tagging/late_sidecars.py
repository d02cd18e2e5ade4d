"""Writes what is missing beside saved takes: timed lyrics, when their times arrive, and all files of the chosen kinds,
when a take is saved again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from sunotui.core.context import Context
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.downloads.take_loader import TakeLoader
from sunotui.core.events import Event, TimingsArrived
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError
from sunotui.domain.saving.downloads import SavedFile
from sunotui.storage.downloads.saved_files import SavedFileStore

TIMED = "lrc"
"""The kind of file with timed lyrics."""

Write = Callable[[Path, TakeToSave], Awaitable[None]]

_log = logging.getLogger(__name__)


class SidecarWriter(Protocol):
    """Writes files beside saved ones; `tagger.py` has the real one. A file that is there stays as it is. The methods
    raise MediaError and OSError."""

    kinds: Collection[str]
    """The kinds of files that the user has chosen, of SAVE_SIDECARS."""

    async def write_beside(self, path: Path, take: TakeToSave) -> None:
        """Write the files of all these kinds; the gateway may be asked for the times of the lyrics."""
        ...

    async def write_lyrics(self, path: Path, take: TakeToSave) -> None:
        """Write the timed lyrics."""
        ...


class LateSidecars:
    """Completes saved takes. For the event loop."""

    def __init__(self, ctx: Context, files: SavedFileStore, loader: TakeLoader, writer: SidecarWriter) -> None:
        self._ctx, self._files, self._loader, self._writer = ctx, files, loader, writer
        self._completing: set[Path] = set()
        """The files that are being completed: saving them again in the meantime sends no second request."""

    def on_event(self, event: Event) -> None:
        """Write the lyrics of a saved take whose times have arrived."""
        if isinstance(event, TimingsArrived) and TIMED in self._writer.kinds:
            self._ctx.background.start_brief("write timed lyrics", self._write_lyrics, event.clip_id)

    async def complete(self, files: Iterable[SavedFile]) -> None:
        """Write what is missing beside these files, one after the other. Raises LibraryError."""
        new = [file for file in files if file.path not in self._completing]
        self._completing.update(file.path for file in new)
        try:
            await self._write(new, self._writer.kinds, self._writer.write_beside)
        finally:
            self._completing.difference_update(file.path for file in new)

    async def _write_lyrics(self, clip_id: str) -> None:
        found = await self._ctx.storage.run(self._files.of, [clip_id])
        await self._write(found.get(clip_id, ()), [TIMED], self._writer.write_lyrics)

    async def _write(self, files: Sequence[SavedFile], kinds: Collection[str], write: Write) -> None:
        for file in await asyncio.to_thread(_without, files, kinds) if kinds else ():
            ref = TakeRef(file.task_id, file.clip_id)
            take = await self._ctx.storage.run(self._loader.take, ref, file.kind)
            if take is None:
                continue
            try:
                await write(file.path, take)
            except (MediaError, OSError) as error:
                _log.warning("files beside a song: %s", type(error).__name__)


def _without(files: Sequence[SavedFile], kinds: Collection[str]) -> list[SavedFile]:
    """The files that exist, and beside which a file of one of the kinds does not. Blocks."""
    return [
        file
        for file in files
        if file.path.is_file() and not all(file.path.with_suffix(f".{kind}").exists() for kind in kinds)
    ]
