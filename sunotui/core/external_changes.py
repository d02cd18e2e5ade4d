"""Other processes at the same library: the command line may make tasks while the screen is open (D7), and somebody may
delete or replace its file (D10)."""

from __future__ import annotations

import asyncio
import logging

from sunotui.core.clock import Clock
from sunotui.core.event_bus import EventBus
from sunotui.core.events import LibraryChanged, LibraryHealthChanged
from sunotui.core.polling.pollers import PollerPool
from sunotui.domain.errors import LibraryError, SunotuiError
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.worker import StorageThread

_log = logging.getLogger(__name__)

BEAT_S = 2.0
"""How often to look whether another process wrote to the library: one cheap pragma, no repaint without news."""


async def watch_for_external_changes(
    database: Database, library: TaskStore, storage: StorageThread, pollers: PollerPool, events: EventBus, clock: Clock
) -> None:
    """Watch what other processes make, and tell that what is shown may be old; until cancelled."""
    seen = await storage.run(database.data_version)
    was_in_place = True
    never = asyncio.Event()
    while True:
        await clock.wait(never, BEAT_S)
        is_in_place = await storage.run(database.is_in_place)
        if is_in_place != was_in_place:
            was_in_place = is_in_place
            events.publish(LibraryHealthChanged() if is_in_place else LibraryHealthChanged("gone", _gone(database)))
        try:
            version = await storage.run(database.data_version)
            if version == seen:
                continue
            seen = version
            pollers.add(await storage.run(library.unfinished))
        except SunotuiError:
            _log.warning("the library could not be read while looking for other processes' writes")
            continue
        events.publish(LibraryChanged())


def _gone(database: Database) -> LibraryError:
    return LibraryError(
        f"The library {database.path} was deleted, moved or replaced while it is open, so nothing can be written",
        advice="Bring the file back, or leave and start sunotui again",
    )
