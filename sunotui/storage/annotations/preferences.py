"""Stores which of two takes was preferred when they were compared."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.annotations import Preference, TakeRef
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders, storable_row

_COLUMNS = "winner_clip, loser_clip, compared_at, profile, winner_task, loser_task"
_OF = (
    f"SELECT {_COLUMNS} FROM verdict WHERE winner_clip IN ({{0}}) "
    f"UNION SELECT {_COLUMNS} FROM verdict WHERE loser_clip IN ({{0}})"
)


class PreferenceStore:
    """The preferences. They outlive their takes, and apply again when these come back. Every method raises
    LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, preference: Preference) -> bool:
        """Add a preference; returns whether it is new."""
        values = (
            *(preference.winner.clip_id, preference.loser.clip_id, preference.compared_at),
            *(preference.profile, preference.winner.task_id, preference.loser.task_id),
        )
        with self._db.write() as connection:
            return bool(
                connection.execute(
                    f"INSERT INTO verdict ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                    storable_row(values),
                ).fetchall()
            )

    def remove(self, preference: Preference) -> None:
        """Remove a preference."""
        with self._db.write() as connection:
            connection.execute(
                "DELETE FROM verdict WHERE winner_clip = ? AND loser_clip = ? AND compared_at = ?",
                storable_row((preference.winner.clip_id, preference.loser.clip_id, preference.compared_at)),
            )

    def of(self, clip_ids: Sequence[str]) -> list[Preference]:
        """The preferences on these takes, the newest first."""
        found: set[Preference] = set()
        for chunk in id_chunks(clip_ids):
            rows = self._db.query(_OF.format(placeholders(chunk)), [*chunk, *chunk])
            found.update(
                Preference(TakeRef(winner_task, winner), TakeRef(loser_task, loser), profile, compared_at)
                for winner, loser, compared_at, profile, winner_task, loser_task in rows
            )
        return sorted(found, key=lambda preference: (-preference.compared_at, preference.winner, preference.loser))
