"""Stores notes on tasks and which tasks are in the trash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sunotui.domain.annotations import valid_note
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders, storable_text


class NoteStore:
    """The notes of tasks, one per task. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database, reindex: Callable[[Sequence[str]], None]) -> None:
        """`reindex` updates the full-text index for tasks; it is called inside the transaction."""
        self._db = db
        self._reindex = reindex

    def get(self, task_id: str) -> str | None:
        """The note of a task, empty without one; None for an unknown task."""
        return next(iter(self._db.column("SELECT note FROM task WHERE id = ?", [storable_text(task_id)])), None)

    def put(self, task_id: str, text: str) -> None:
        """Set the note of a task; an empty text deletes it. Raises InvalidRequest for a text that is too long."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE task SET note = ? WHERE id = ?", [storable_text(valid_note(text)), storable_text(task_id)]
            )
            self._reindex([task_id])


class TrashStore:
    """Tasks in the trash: hidden and otherwise unchanged. The program never empties it. Every method raises
    LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def times(self, task_ids: Sequence[str]) -> dict[str, float | None]:
        """When these tasks were moved to the trash, in Unix seconds; None for a task that is not in it. Unknown ids are
        left out."""
        found: dict[str, float | None] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(f"SELECT id, trashed_at FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            found.update((task_id, at) for task_id, at in rows)
        return found

    def put(self, times: Mapping[str, float | None]) -> None:
        """Move tasks to the trash at these times, in Unix seconds, or with None restore them; in one transaction."""
        with self._db.write() as connection:
            connection.executemany(
                "UPDATE task SET trashed_at = ? WHERE id = ?", [(at, task_id) for task_id, at in times.items()]
            )
