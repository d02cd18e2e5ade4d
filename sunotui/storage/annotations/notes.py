"""A person's notes on tasks, and the trash: both are the task's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sunotui.domain.annotations import valid_note
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text


class NoteStore:
    """One note a task. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database, refresh_words: Callable[[Sequence[str]], None]) -> None:
        """`refresh_words` makes true what a search knows of tasks; it is called inside the transaction."""
        self._db = db
        self._refresh_words = refresh_words

    def get(self, task_id: str) -> str | None:
        """A task's note, empty where there is none; None where there is no such task."""
        return next(iter(self._db.column("SELECT note FROM task WHERE id = ?", [storable_text(task_id)])), None)

    def put(self, task_id: str, text: str) -> None:
        """Write the note of a task; an empty one is none. Raises InvalidRequest for one that is too long."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE task SET note = ? WHERE id = ?", [storable_text(valid_note(text)), storable_text(task_id)]
            )
            self._refresh_words([task_id])


class TrashStore:
    """What was thrown away: hidden, and otherwise as it was. It is never emptied by the program."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def times(self, task_ids: Sequence[str]) -> dict[str, float | None]:
        """When each of these tasks was thrown away, in Unix seconds; None for one that was not."""
        found: dict[str, float | None] = {}
        for chunk in chunks([storable_text(task_id) for task_id in dict.fromkeys(task_ids)]):
            rows = self._db.query(f"SELECT id, trashed_at FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            found.update((task_id, at) for task_id, at in rows)
        return found

    def put(self, times: Mapping[str, float | None]) -> None:
        """Throw tasks away at these times, or take them out; in one transaction."""
        with self._db.write() as connection:
            connection.executemany(
                "UPDATE task SET trashed_at = ? WHERE id = ?", [(at, task_id) for task_id, at in times.items()]
            )
