"""Other processes at the same library: the command line may make tasks while the screen is open (D7), and somebody may
delete or replace its file (D10)."""

import asyncio
import logging

from sunotui.core.clock import Clock
from sunotui.core.event_bus import Newsroom
from sunotui.core.events import LibraryAiling, LibraryChanged
from sunotui.core.polling.pollers import Watches
from sunotui.domain.errors import LibraryTrouble, SunotuiError
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import Library
from sunotui.storage.worker import Desk

_log = logging.getLogger(__name__)

BEAT_S = 2.0
"""How often to look whether another process wrote to the library: one cheap pragma, no repaint without news."""


async def notice_neighbours(
    database: Database, library: Library, desk: Desk, watches: Watches, newsroom: Newsroom, clock: Clock
) -> None:
    """Watch what other processes make, and tell that what is shown may be old; until cancelled."""
    seen = await desk.run(database.data_version)
    was_in_place = True
    never = asyncio.Event()
    while True:
        await clock.wait(never, BEAT_S)
        is_in_place = await desk.run(database.is_in_place)
        if is_in_place != was_in_place:
            was_in_place = is_in_place
            newsroom.tell(LibraryAiling() if is_in_place else LibraryAiling("gone", _gone(database)))
        try:
            version = await desk.run(database.data_version)
            if version == seen:
                continue
            seen = version
            watches.add(await desk.run(library.unfinished))
        except SunotuiError:
            _log.warning("the library could not be read while looking for other processes' writes")
            continue
        newsroom.tell(LibraryChanged())


def _gone(database: Database) -> LibraryTrouble:
    return LibraryTrouble(
        f"The library {database.path} was deleted, moved or replaced while it is open, so nothing can be written",
        advice="Bring the file back, or leave and start sunotui again",
    )
