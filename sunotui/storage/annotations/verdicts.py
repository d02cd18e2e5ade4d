"""Stores which of two takes was preferred when they were compared."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.annotations import TakeRef, TakeVerdict
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders, storable_row

_COLUMNS = "winner_clip, loser_clip, compared_at, profile, winner_task, loser_task"
_OF = (
    f"SELECT {_COLUMNS} FROM verdict WHERE winner_clip IN ({{0}}) "
    f"UNION SELECT {_COLUMNS} FROM verdict WHERE loser_clip IN ({{0}})"
)


class VerdictStore:
    """The verdicts. They outlive their takes, and apply again when these come back. Every method raises
    LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, verdict: TakeVerdict) -> bool:
        """Add a verdict; returns whether it is new."""
        values = (
            *(verdict.winner.clip_id, verdict.loser.clip_id, verdict.compared_at),
            *(verdict.profile, verdict.winner.task_id, verdict.loser.task_id),
        )
        with self._db.write() as connection:
            return bool(
                connection.execute(
                    f"INSERT INTO verdict ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                    storable_row(values),
                ).fetchall()
            )

    def remove(self, verdict: TakeVerdict) -> None:
        """Remove a verdict."""
        with self._db.write() as connection:
            connection.execute(
                "DELETE FROM verdict WHERE winner_clip = ? AND loser_clip = ? AND compared_at = ?",
                storable_row((verdict.winner.clip_id, verdict.loser.clip_id, verdict.compared_at)),
            )

    def of(self, clip_ids: Sequence[str]) -> list[TakeVerdict]:
        """The verdicts on these takes, the newest first."""
        found: set[TakeVerdict] = set()
        for chunk in id_chunks(clip_ids):
            rows = self._db.query(_OF.format(placeholders(chunk)), [*chunk, *chunk])
            found.update(
                TakeVerdict(TakeRef(winner_task, winner), TakeRef(loser_task, loser), profile, compared_at)
                for winner, loser, compared_at, profile, winner_task, loser_task in rows
            )
        return sorted(found, key=lambda verdict: (-verdict.compared_at, verdict.winner, verdict.loser))
