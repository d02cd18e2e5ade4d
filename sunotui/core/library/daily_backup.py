"""Backs up the library once a day, on a thread of its own (D6)."""

from __future__ import annotations

import asyncio
import logging
import threading

from sunotui.core.clock import Clock
from sunotui.core.event_bus import EventBus
from sunotui.core.events import LibraryHealthChanged
from sunotui.domain.errors import LibraryDamaged, LibraryError
from sunotui.storage.backup import back_up, is_due
from sunotui.storage.db.connection import Database
from sunotui.storage.worker import StorageThread

_log = logging.getLogger(__name__)

FIRST_AFTER_S = 20.0
"""The first screen is drawn and used by then."""
CHECK_EVERY_S = 1_800.0
"""How often a program that stays open checks whether a new day has begun."""
_END_WITHIN_S = 2.0


class DailyBackup:
    """Makes the copy when it is due."""

    def __init__(self, database: Database, events: EventBus, clock: Clock) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._storage = StorageThread()
        self._stop = threading.Event()

    async def run(self) -> None:
        """Make one each day until cancelled: a copy under way is then thrown away. A failure is logged, and tried again
        later."""
        no_event = asyncio.Event()
        try:
            await self._clock.wait(no_event, FIRST_AFTER_S)
            while True:
                await self._try()
                await self._clock.wait(no_event, CHECK_EVERY_S)
        finally:
            self._stop.set()
            await asyncio.to_thread(self._storage.close, _END_WITHIN_S)

    async def _try(self) -> None:
        try:
            await self._make_if_due()
        except LibraryDamaged as error:
            _log.warning("the library is damaged: no copy was backup of it")
            self._events.publish(LibraryHealthChanged("damaged", error))
        except (LibraryError, OSError):
            _log.warning("no copy of the library could be backup")

    async def _make_if_due(self) -> None:
        now = self._clock.now()
        path = self._database.path
        # A stranger's file in the library's place is not copied (D10).
        if await self._storage.run(self._database.is_in_place) and await self._storage.run(is_due, path, now):
            backup = await self._storage.run(back_up, path, now, self._stop)
            if backup is not None:
                _log.info("backup the copy of the library of the day")
