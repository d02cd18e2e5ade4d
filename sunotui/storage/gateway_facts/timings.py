"""When the words of clips are sung, kept as JSON so that no gateway is asked twice."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text


class TimingStore:
    """The times by clip. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, clip_id: str) -> str:
        """A clip's times as JSON (`Timing.raw`); empty when there are none."""
        return self.of([clip_id]).get(clip_id, "")

    def of(self, clip_ids: Sequence[str]) -> dict[str, str]:
        """The same for the clips of a task; those without times are left out."""
        marks = ", ".join("?" * len(clip_ids))
        rows = self._db.query(
            f"SELECT clip_id, text FROM timing WHERE clip_id IN ({marks})", [storable_text(clip) for clip in clip_ids]
        )
        return {row["clip_id"]: row["text"] for row in rows}

    def put(self, clip_id: str, text: str) -> None:
        """Keep a clip's times."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO timing (clip_id, text) VALUES (?, ?) "
                "ON CONFLICT (clip_id) DO UPDATE SET text = excluded.text",
                (storable_text(clip_id), storable_text(text)),
            )
