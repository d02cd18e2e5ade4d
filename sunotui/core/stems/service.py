"""The parts of takes that were split into stems, for the front ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sunotui.core.context import Context
from sunotui.core.decks.service import DeckService
from sunotui.core.downloads.folders import save_folder
from sunotui.core.downloads.names import NameFields, file_name
from sunotui.core.downloads.saver import disk_error
from sunotui.core.downloads.service import DownloadService
from sunotui.core.playback.service import PlaybackService
from sunotui.core.stems.session import StemSession, StemsStatus
from sunotui.core.stems.splits import StemSplit, read_splits
from sunotui.core.stores import Stores
from sunotui.domain.annotations import TakeRef

_FOLDER = "{title} stems [{clip8}].{ext}"
_ENDING = "stems"


@dataclass(frozen=True, slots=True)
class StemService:
    """Finds the parts of takes, and opens sessions that play them."""

    ctx: Context
    stores: Stores
    decks: DeckService
    playback: PlaybackService
    downloads: DownloadService
    save_folder: str
    """The folder of the settings for saved takes; empty for the default one."""

    async def splits(self, take: TakeRef) -> list[StemSplit]:
        """The splits of a take, the newest first; for a part, the split that it belongs to. Raises LibraryError."""
        return await self.ctx.storage.run(read_splits, self.stores, take)

    def open(self, split: StemSplit, on_change: Callable[[StemsStatus], None]) -> StemSession:
        """A session that plays the parts of a split once it is started; `on_change` receives each new status. The
        caller closes it."""
        return StemSession(self.ctx, split, decks=self.decks, playback=self.playback, on_change=on_change)

    async def save(self, split: StemSplit, clip_ids: Sequence[str], folder: Path | None = None) -> tuple[int, Path]:
        """Download parts of a split into a folder, by default one of their own in that of saved takes. Returns how many
        were added to the downloads, and the folder. Raises MediaError if the folder cannot be used, and LibraryError.
        """
        if folder is None:
            folder = await asyncio.to_thread(self._own_folder, split)
        takes = [TakeRef(split.task.id, part.clip.id) for part in split.parts if part.clip.id in clip_ids]
        return await self.downloads.add(takes, folder=folder), folder

    def _own_folder(self, split: StemSplit) -> Path:
        """The folder of the parts, which is created: its name has the title, and the id by which it is found again."""
        name = file_name(_FOLDER, NameFields(title=split.title, clip=split.task.id), _ENDING)
        folder = save_folder("", self.save_folder) / name.removesuffix(f".{_ENDING}")
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise disk_error(error, folder) from None
        return folder
