"""Reads what the queue shows about takes, without the rest of their songs: a queue may have ten thousand."""

from __future__ import annotations

from collections.abc import Iterable

from sunotui.domain.annotations import TakeRef
from sunotui.domain.playback import QueueEntry
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders

_TAKES = (
    "SELECT task.id, clip.id, coalesce(nullif(clip.title, ''), task.title), take, profile, clip.duration_s, "
    "trashed_at IS NOT NULL FROM task JOIN clip ON clip.task_id = task.id WHERE task.id IN ({}) ORDER BY task.id, take"
)


class StoredTake(NamedTuple):
    """A take of the library, as the queue shows it."""

    entry: QueueEntry
    is_trashed: bool


def read_takes(db: Database, takes: Iterable[TakeRef]) -> dict[TakeRef, StoredTake]:
    """The takes that the library has, by the requested reference: one without a clip refers to its song's first take.
    Raises LibraryError."""
    asked = list(dict.fromkeys(takes))
    found: dict[TakeRef, StoredTake] = {}
    for chunk in id_chunks(take.task_id for take in asked):
        for *fields, is_trashed in db.query(_TAKES.format(placeholders(chunk)), chunk):
            take = StoredTake(QueueEntry(*fields), bool(is_trashed))
            found[take.entry.ref] = take
            found.setdefault(TakeRef(take.entry.task_id), take)
    return {ref: found[ref] for ref in asked if ref in found}
