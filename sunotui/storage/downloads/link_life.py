"""Stores how long the audio links of each gateway were seen to work."""

from __future__ import annotations

from sunotui.domain.saving.safety import LinkLife
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text

_SAVE = (
    "INSERT INTO link_life (profile, shortest_dead_s, longest_alive_s, updated_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (profile) DO UPDATE SET "
    "shortest_dead_s = coalesce(min(shortest_dead_s, excluded.shortest_dead_s), shortest_dead_s, "
    "excluded.shortest_dead_s), "
    "longest_alive_s = coalesce(max(longest_alive_s, excluded.longest_alive_s), longest_alive_s, "
    "excluded.longest_alive_s), updated_at = excluded.updated_at"
)
_KNOWN = "SELECT 1 FROM link_life WHERE profile = ? AND (longest_alive_s >= ? OR shortest_dead_s <= ?)"


class LinkLifeStore:
    """The learned lifetimes of links by profile. Every method raises LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self) -> dict[str, LinkLife]:
        """The known lifetimes, by profile."""
        rows = self._db.query("SELECT profile, shortest_dead_s, longest_alive_s FROM link_life")
        return {profile: LinkLife(*others) for profile, *others in rows}

    def saw(self, profile: str, age_s: float, now: float, *, is_alive: bool) -> None:
        """Store that at `now` (Unix seconds) a link of this age in seconds was seen to work, or to fail."""
        dead, alive = (None, age_s) if is_alive else (age_s, None)
        name = storable_text(profile)
        # Most links that work are younger than one that worked before, and writing waits for the disk.
        if self._db.query(_KNOWN, (name, alive, dead)):
            return
        with self._db.write() as connection:
            connection.execute(_SAVE, (name, dead, alive, now))
