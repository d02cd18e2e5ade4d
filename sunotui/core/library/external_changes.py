"""Detects changes of the library by other processes: the command line may add tasks while the screens are open (D7),
and the file may be deleted or replaced (D10)."""

from __future__ import annotations

import asyncio
import logging

from sunotui.core.context import Context
from sunotui.core.events import LibraryChanged, LibraryHealthChanged
from sunotui.core.polling.pollers import PollerPool
from sunotui.domain.errors import LibraryError, SunotuiError
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore

_log = logging.getLogger(__name__)

CHECK_EVERY_S = 2.0
"""How often to check for writes of other processes, in seconds: one cheap pragma, and no event without a change."""


class ExternalChanges:
    """Publishes the changes of other processes, and polls the tasks that they added."""

    def __init__(self, ctx: Context, database: Database, library: TaskStore, pollers: PollerPool) -> None:
        self._storage = ctx.storage
        self._events = ctx.events
        self._clock = ctx.clock
        self._database = database
        self._library = library
        self._pollers = pollers

    async def watch(self) -> None:
        """Publish LibraryChanged and LibraryHealthChanged until cancelled."""
        last_version = await self._storage.run(self._database.data_version)
        was_in_place = True
        no_event = asyncio.Event()
        while True:
            await self._clock.wait(no_event, CHECK_EVERY_S)
            is_in_place = await self._storage.run(self._database.is_in_place)
            if is_in_place != was_in_place:
                was_in_place = is_in_place
                self._events.publish(
                    LibraryHealthChanged() if is_in_place else LibraryHealthChanged("gone", self._file_gone())
                )
            try:
                version = await self._storage.run(self._database.data_version)
                if version == last_version:
                    continue
                last_version = version
                self._pollers.add(await self._storage.run(self._library.unfinished))
            except SunotuiError:
                _log.warning("the library could not be read while checking for writes of other processes")
                continue
            self._events.publish(LibraryChanged())

    def _file_gone(self) -> LibraryError:
        return LibraryError(
            f"The library {self._database.path} was deleted, moved or replaced while it is open, so nothing can be"
            " written",
            advice="Bring the file back, or leave and start sunotui again",
        )
