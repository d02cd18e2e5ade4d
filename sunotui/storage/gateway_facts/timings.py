"""Stores the word timings of clips as JSON, so that they are requested only once."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import placeholders, storable_text


class TimingStore:
    """Word timings by clip. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, clip_id: str) -> str:
        """The timings of a clip as JSON (`WordTimings.raw`); empty if they are not stored."""
        return self.of([clip_id]).get(clip_id, "")

    def of(self, clip_ids: Sequence[str]) -> dict[str, str]:
        """The timings of clips as JSON by clip; clips without timings are left out."""
        sql = f"SELECT clip_id, text FROM timing WHERE clip_id IN ({placeholders(clip_ids)})"
        rows = self._db.query(sql, [storable_text(clip_id) for clip_id in clip_ids])
        return {row["clip_id"]: row["text"] for row in rows}

    def put(self, clip_id: str, text: str) -> None:
        """Save the timings of a clip."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO timing (clip_id, text) VALUES (?, ?) "
                "ON CONFLICT (clip_id) DO UPDATE SET text = excluded.text",
                (storable_text(clip_id), storable_text(text)),
            )
