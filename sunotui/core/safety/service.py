"""Which takes should be saved and are not."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.downloads.folders import default_folder
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import SavedFile
from sunotui.domain.saving.safety import NO_LINK_LIFE, LinkLife
from sunotui.named_tuple import NamedTuple
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.db.connection import Database
from sunotui.storage.downloads.link_life import LinkLifeStore
from sunotui.storage.downloads.safety import SafetyStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.storage.playback.queue_entries import read_takes

MOST_SHOWN = 500
"""The maximum number of takes at risk, and of saved ones, that are shown."""


class NamedTake(NamedTuple):
    """A take as lists of saved takes show it."""

    take: TakeRef
    title: str
    number: int
    """The number of the take, from 1."""


class TakeAtRisk(NamedTuple):
    """A take that should be saved soon."""

    named: NamedTake
    age_s: float
    """How long ago its song was added, in seconds."""
    life: LinkLife


class SavedTake(NamedTuple):
    """A take that was saved."""

    named: NamedTake
    file: SavedFile


class SafetyReport(NamedTuple):
    """What the downloads screen shows besides the queue."""

    at_risk: Sequence[TakeAtRisk] = ()
    saved: Sequence[SavedTake] = ()
    """Those that were saved today, the latest first."""
    folder: Path = Path()
    """The folder for saved takes."""
    free: int | None = None
    """The free bytes on its disk; None if that is not known."""
    gone: Collection[Path] = ()
    """The files that were saved today and no longer exist."""


class SafetyService:
    """Finds takes to save. Every method raises LibraryError when the library cannot be read."""

    def __init__(self, ctx: Context, database: Database, settings: SaveSettings) -> None:
        self._ctx, self._database = ctx, database
        self._store, self._files = SafetyStore(database), SavedFileStore(database)
        self._settings = settings

    async def report(self) -> SafetyReport:
        """What is at risk, what was saved today, and where."""
        found = await self._ctx.storage.run(self._read)
        folder = Path(self._settings.folder or default_folder())
        return found._replace(folder=folder, free=await asyncio.to_thread(free_bytes, folder))

    def _read(self) -> SafetyReport:
        now = self._ctx.clock.now()
        lives = LinkLifeStore(self._database).all()
        takes = self._store.at_risk(now)[:MOST_SHOWN]
        files = self._files.since(_midnight(now), MOST_SHOWN)
        shown = read_takes(self._database, [*takes, *(TakeRef(file.task_id, file.clip_id) for file in files)])
        added = self._store.added_at([take.task_id for take in takes])

        def named(ref: TakeRef) -> NamedTake:
            entry = shown[ref].entry if ref in shown else None
            return NamedTake(ref, entry.title if entry else "", entry.take if entry else 1)

        return SafetyReport(
            [
                TakeAtRisk(named(take), now - added[take.task_id], lives.get(shown[take].entry.profile, NO_LINK_LIFE))
                for take in takes
                if take in shown
            ],
            [SavedTake(named(TakeRef(file.task_id, file.clip_id)), file) for file in files if file.is_there],
            gone={file.path for file in files if not file.is_there},
        )

    async def at_risk(self) -> list[TakeRef]:
        """The favourites that are not saved, and the takes of songs without any saved take whose links may expire
        soon."""
        return await self._ctx.storage.run(self._store.at_risk, self._ctx.clock.now())

    async def takes_of(self, task_ids: Sequence[str]) -> list[TakeRef]:
        """The takes of these songs that are worth saving: their favourites, or all takes of a song without a
        favourite."""
        return await self._ctx.storage.run(self._store.takes_of, task_ids)

    async def missing(self) -> list[TakeRef]:
        """All takes that should be saved and are not: those at risk, those whose files no longer exist, and all others
        if every take should be saved."""
        at_risk = await self.at_risk()
        gone = await self._ctx.storage.run(self._store.missing)
        others = await self._ctx.storage.run(self._store.unsaved) if self._settings.auto_save == "all" else []
        return list(dict.fromkeys([*at_risk, *gone, *others]))


def free_bytes(folder: Path) -> int | None:
    """The free bytes on the disk of a folder, which may not exist yet; None if that is not known. Blocks."""
    for place in (folder, *folder.parents):
        with suppress(OSError):
            return shutil.disk_usage(place).free
    return None


def _midnight(now: float) -> float:
    """The beginning of the day of `now` in the local time zone, both in Unix seconds."""
    moment = datetime.fromtimestamp(now)
    return moment.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
