"""A copy of the library each day, made on a thread of its own while nobody waits for it (D6)."""

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged, LibraryTrouble
from sunotui.storage.backups import back_up, is_due
from sunotui.storage.desk import Desk
from sunotui.studio.clock import Clock
from sunotui.studio.events import LibraryAiling
from sunotui.studio.newsroom import Newsroom

_log = logging.getLogger(__name__)

FIRST_AFTER_S = 20.0
"""The first screen is drawn and used by then."""
LOOK_EVERY_S = 1_800.0
"""How often a program that stays open looks whether a new day has come."""
_END_WITHIN_S = 2.0


class DailyBackup:
    """Makes the copy when it is due, from `start` until `close`."""

    def __init__(self, library: Path, newsroom: Newsroom, clock: Clock) -> None:
        self._library = library
        self._newsroom = newsroom
        self._clock = clock
        self._desk = Desk()
        self._stop = threading.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, is_in_place: Callable[[], bool]) -> None:
        """Begin; a failure is logged and tried again later. `is_in_place` tells whether the file is still the one that
        is open: a stranger's is not copied."""
        self._task = asyncio.create_task(self._keep(is_in_place), name="daily backup")

    async def close(self) -> None:
        """End at the next step of a copy under way, which is thrown away."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.to_thread(self._desk.close, _END_WITHIN_S)

    async def _keep(self, is_in_place: Callable[[], bool]) -> None:
        never = asyncio.Event()
        await self._clock.wait(never, FIRST_AFTER_S)
        while True:
            try:
                if await self._desk.run(is_in_place):
                    await self._make_if_due()
            except LibraryDamaged as trouble:
                _log.warning("the library is damaged: no copy was made of it")
                self._newsroom.tell(LibraryAiling("damaged", trouble))
            except (LibraryTrouble, OSError):
                _log.warning("no copy of the library could be made")
            await self._clock.wait(never, LOOK_EVERY_S)

    async def _make_if_due(self) -> None:
        now = self._clock.now()
        if await self._desk.run(is_due, self._library, now):
            made = await self._desk.run(back_up, self._library, now, self._stop)
            if made is not None:
                _log.info("made the copy of the library of the day")
