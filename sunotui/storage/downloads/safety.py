"""Reads which takes should be saved and are not."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.annotations import TakeRef
from sunotui.storage.browse.query_sql import EXPIRING, SAVEABLE, UNSAFE
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, id_chunks, placeholders

_FILES = "SELECT 1 FROM saved_file WHERE saved_file.clip_id = clip.id AND kind IN ('audio', 'wav')"
_UNSAVED = f"NOT EXISTS ({_FILES} AND state <> 'missing')"
# Takes that are or were saved, wait, or could not be saved are not saved automatically again.
_NEW = f"NOT EXISTS ({_FILES}) AND NOT EXISTS (SELECT 1 FROM download WHERE clip_id = clip.id AND kind = 'audio')"
_FAVOURITE = (
    "EXISTS (SELECT 1 FROM opinion WHERE opinion.task_id = task.id AND is_starred "
    # A rating that was written before the task had takes refers to the first one.
    "AND (opinion.clip_id = clip.id OR opinion.clip_id = '' AND take = 1))"
)
_TAKES = f"JOIN clip ON clip.task_id = task.id WHERE {SAVEABLE} AND clip.status <> 'error' AND"
_ORDER = "ORDER BY task.seq, take"


class SafetyStore:
    """The takes that are not saved. Every method raises LibraryError when the library cannot be read."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def at_risk(self, now: float) -> list[TakeRef]:
        """The takes of the songs that are at risk at `now`, in Unix seconds: the favourites that are not saved, and all
        takes of the other songs whose links may expire soon."""
        favourites = self._read(f"task INDEXED BY task_unsafe {_TAKES} {UNSAFE} AND {_UNSAVED} AND {_FAVOURITE}")
        others = self._read(
            f"task INDEXED BY task_by_age {_TAKES} {EXPIRING} AND unsaved_favourites = 0", [now, now, now, now]
        )
        return [*favourites, *others]

    def missing(self) -> list[TakeRef]:
        """The takes that were saved, and whose files no longer exist."""
        return self._read(
            "(SELECT DISTINCT clip_id FROM saved_file WHERE state = 'missing') AS gone JOIN clip ON "
            f"clip.id = gone.clip_id JOIN task ON task.id = clip.task_id WHERE {SAVEABLE} AND {_UNSAVED}"
        )

    def unsaved(self) -> list[TakeRef]:
        """All takes that are not saved."""
        return self._read(f"task {_TAKES} saved < takes AND {_UNSAVED}")

    def to_save(self, task_ids: Sequence[str], *, is_every_take: bool) -> list[TakeRef]:
        """The takes of these songs that were never saved and never tried: the favourites, or every take."""
        which = "1" if is_every_take else f"is_starred AND {_FAVOURITE}"
        found: list[TakeRef] = []
        for chunk in id_chunks(task_ids):
            found += self._read(f"task {_TAKES} {which} AND {_NEW} AND task.id IN ({placeholders(chunk)})", chunk)
        return found

    def takes_of(self, task_ids: Sequence[str]) -> list[TakeRef]:
        """The favourite takes of these songs, and all takes of songs without favourites, except for failed takes."""
        found: list[TakeRef] = []
        for chunk in id_chunks(task_ids):
            found += self._read(
                f"task JOIN clip ON clip.task_id = task.id WHERE clip.status <> 'error' "
                f"AND (NOT is_starred OR {_FAVOURITE}) AND task.id IN ({placeholders(chunk)})",
                chunk,
            )
        return found

    def added_at(self, task_ids: Sequence[str]) -> dict[str, float]:
        """When songs were added, in Unix seconds, by id."""
        found: dict[str, float] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(f"SELECT id, added_at FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            found.update((row[0], row[1]) for row in rows)
        return found

    def _read(self, source: str, values: Sequence[Value] = ()) -> list[TakeRef]:
        return [TakeRef(*row) for row in self._db.query(f"SELECT task.id, clip.id FROM {source} {_ORDER}", values)]
