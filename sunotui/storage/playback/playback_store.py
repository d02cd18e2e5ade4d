"""Stores what playback resumes at the next start, as named JSON values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sunotui.storage.db.connection import Database


class PlaybackStore:
    """The stored values of playback. Every method raises LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self) -> dict[str, Any]:
        """All values by name; one that is not JSON is left out."""
        values: dict[str, Any] = {}
        for name, text in self._db.query("SELECT name, value FROM playback"):
            try:
                values[name] = json.loads(text)
            except (ValueError, RecursionError):
                continue
        return values

    def change(self, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Write the values that `change` makes of the stored ones, in one transaction; others are kept. Returns what
        was written."""
        with self._db.write() as connection:
            values = change(self.load())
            connection.executemany(
                "INSERT INTO playback (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = "
                "excluded.value WHERE value IS NOT excluded.value",
                [(name, json.dumps(value)) for name, value in values.items()],
            )
        return values
