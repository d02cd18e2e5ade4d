"""The journal of the user's commands that run when a task has ended: each runs at most once (A4)."""

from __future__ import annotations

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row


class HookRunStore:
    """Which commands have run. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def claim(self, task_id: str, profile: str, event: str, now: float) -> bool:
        """Record that the command starts, before it does; returns False if it was started before, by any program. `now`
        is in Unix seconds."""
        with self._db.write() as connection:
            inserted = connection.execute(
                "INSERT INTO hook_run (task_id, profile, event, started_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                storable_row((task_id, profile, event, now)),
            )
            return inserted.rowcount == 1

    def finish(self, task_id: str, profile: str, event: str, now: float, exit_code: int | None) -> None:
        """Record that it has ended; `exit_code` is None if it did not exit on its own."""
        with self._db.write() as connection:
            connection.execute(
                "UPDATE hook_run SET ended_at = ?, exit_code = ? WHERE task_id = ? AND profile = ? AND event = ?",
                storable_row((now, exit_code, task_id, profile, event)),
            )
