"""Stores how loud takes are, so that each is measured once."""

from __future__ import annotations

from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text


class MeasuredLoudness(NamedTuple):
    """The loudness of a take by EBU R 128; both are None for silence."""

    lufs: float | None
    peak_db: float | None
    """The highest sample in dB below full scale."""


class LoudnessStore:
    """The measured takes. Every method raises LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, clip_id: str) -> MeasuredLoudness | None:
        """The loudness of a take; None if it was not measured."""
        rows = self._db.query("SELECT lufs, peak_db FROM loudness WHERE clip_id = ?", (storable_text(clip_id),))
        return MeasuredLoudness(*rows[0]) if rows else None

    def put(self, clip_id: str, loudness: MeasuredLoudness, now: float) -> None:
        """Store the loudness of a take, measured at `now` in Unix seconds."""
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO loudness (clip_id, lufs, peak_db, measured_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (clip_id) DO UPDATE SET lufs = excluded.lufs, peak_db = excluded.peak_db, "
                "measured_at = excluded.measured_at",
                (storable_text(clip_id), loudness.lufs, loudness.peak_db, now),
            )
