"""Backs up the library once a day, on its own thread (D6)."""

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
"""The delay of the first backup in seconds; the first screen is drawn and in use by then."""
CHECK_EVERY_S = 1_800.0
"""How often to check whether a new day has begun, in seconds."""
_END_WITHIN_S = 2.0


class DailyBackup:
    """Makes the backup when it is due."""

    def __init__(self, database: Database, events: EventBus, clock: Clock) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._storage = StorageThread()
        self._stop = threading.Event()

    async def run(self) -> None:
        """Make a backup each day until cancelled; an incomplete copy is then deleted. A failure is logged and retried
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
            _log.warning("the library is damaged: no backup was made")
            self._events.publish(LibraryHealthChanged("damaged", error))
        except (LibraryError, OSError):
            _log.warning("no backup of the library could be made")

    async def _make_if_due(self) -> None:
        now = self._clock.now()
        path = self._database.path
        # A foreign file at the library's path is not copied (D10).
        if await self._storage.run(self._database.is_in_place) and await self._storage.run(is_due, path, now):
            backup = await self._storage.run(back_up, path, now, self._stop)
            if backup is not None:
                _log.info("made the daily backup of the library")
