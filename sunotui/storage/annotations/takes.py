"""Resolves references to tasks and takes: a task without a clip means its first take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sunotui.domain.annotations import TakeRef
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, id_chunks, placeholders, storable_text


def first_clip_of(table: str) -> str:
    """SQL for the id of the first clip of the task in a row of `table`; NULL for a task without takes."""
    return f"(SELECT id FROM clip WHERE clip.task_id = {table}.task_id ORDER BY take LIMIT 1)"


def resolved_clip_of(table: str) -> str:
    """SQL for the id of the clip that a row of `table` refers to: a row without a clip, written before the task had
    takes, refers to the first take."""
    return f"CASE WHEN clip_id = '' THEN coalesce({first_clip_of(table)}, '') ELSE clip_id END"


def resolve(db: Database, takes: Iterable[TakeRef]) -> dict[TakeRef, TakeRef]:
    """Resolve references to takes: one without a clip refers to the task's first take, if it has any. References to
    unknown takes are left out. Raises LibraryError.
    """
    given = list(dict.fromkeys(takes))
    clips: dict[str, list[str]] = {}
    for chunk in id_chunks(take.task_id for take in given):
        rows = db.query(
            "SELECT task.id, coalesce(clip.id, '') FROM task LEFT JOIN clip ON clip.task_id = task.id "
            f"WHERE task.id IN ({placeholders(chunk)}) ORDER BY task.id, take",
            chunk,
        )
        for task_id, clip_id in rows:
            clips.setdefault(task_id, []).append(clip_id)
    resolved: dict[TakeRef, TakeRef] = {}
    for take in given:
        known = clips.get(take.task_id, [])
        if take.clip_id in known:
            resolved[take] = take
        elif known and not take.clip_id:
            resolved[take] = TakeRef(take.task_id, known[0])
    return resolved


def known_tasks(db: Database, task_ids: Sequence[str]) -> list[str]:
    """The ids of tasks that the library has, in order and without duplicates. Raises LibraryError."""
    ids = [storable_text(task_id) for task_id in dict.fromkeys(task_ids)]
    known: set[str] = set()
    for chunk in chunks(ids):
        known.update(db.column(f"SELECT id FROM task WHERE id IN ({placeholders(chunk)})", chunk))
    return [task_id for task_id in ids if task_id in known]
