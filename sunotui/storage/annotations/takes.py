"""Which tasks and takes are meant by what a person points at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sunotui.domain.annotations import TakeRef
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text


def first_clip_of(table: str) -> str:
    """SQL for the first clip of the task that a row of a table names; NULL for a task without takes."""
    return f"(SELECT id FROM clip WHERE clip.task_id = {table}.task_id ORDER BY take LIMIT 1)"


def meant_clip_of(table: str) -> str:
    """SQL for the clip that a row of a table is about: what was said of a song before it had takes is about what is its
    first take now."""
    return f"CASE WHEN clip_id = '' THEN coalesce({first_clip_of(table)}, '') ELSE clip_id END"


def resolve(db: Database, takes: Iterable[TakeRef]) -> dict[TakeRef, TakeRef]:
    """What is meant by these: a task by itself is its first take, where it has takes.

    What the library does not know is left out. Raises LibraryError.
    """
    wanted = list(dict.fromkeys(takes))
    clips: dict[str, list[str]] = {}
    for chunk in chunks([storable_text(task_id) for task_id in dict.fromkeys(take.task_id for take in wanted)]):
        rows = db.query(
            "SELECT task.id, coalesce(clip.id, '') FROM task LEFT JOIN clip ON clip.task_id = task.id "
            f"WHERE task.id IN ({placeholders(chunk)}) ORDER BY task.id, take",
            chunk,
        )
        for task_id, clip_id in rows:
            clips.setdefault(task_id, []).append(clip_id)
    meant: dict[TakeRef, TakeRef] = {}
    for take in wanted:
        known = clips.get(take.task_id, [])
        if take.clip_id in known:
            meant[take] = take
        elif known and not take.clip_id:
            meant[take] = TakeRef(take.task_id, known[0])
    return meant


def known_tasks(db: Database, task_ids: Sequence[str]) -> list[str]:
    """Those of the ids that are tasks of the library, each once, in their order. Raises LibraryError."""
    wanted = [storable_text(task_id) for task_id in dict.fromkeys(task_ids)]
    known: set[str] = set()
    for chunk in chunks(wanted):
        known.update(db.column(f"SELECT id FROM task WHERE id IN ({placeholders(chunk)})", chunk))
    return [task_id for task_id in wanted if task_id in known]
