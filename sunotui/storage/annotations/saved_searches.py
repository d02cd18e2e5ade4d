"""Stores named searches."""

from __future__ import annotations

from sunotui.domain.annotations import SavedSearch, name_key, valid_name
from sunotui.domain.browse import Sort
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text
from sunotui.storage.tasks.summaries import corrupt_row_errors


class SavedSearchStore:
    """Saved searches by name; names that differ only in case or accents are equal.

    Every method raises LibraryError when the library cannot be read or written.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str) -> SavedSearch | None:
        """The search with this name; None if it does not exist."""
        return next((found for found in self.all() if name_key(found.name) == name_key(name)), None)

    def all(self) -> list[SavedSearch]:
        """All saved searches, sorted by name."""
        rows = self._db.query("SELECT name, query, sort, is_reversed FROM saved_search ORDER BY key")
        with corrupt_row_errors():
            return [SavedSearch(name, text, Sort(sort), bool(is_reversed)) for name, text, sort, is_reversed in rows]

    def put(self, search: SavedSearch) -> None:
        """Save a search; replaces one with the same name. Raises InvalidRequest for an invalid name."""
        name = valid_name(search.name)
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO saved_search (name, key, query, sort, is_reversed) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET name = excluded.name, query = excluded.query, sort = excluded.sort, "
                "is_reversed = excluded.is_reversed",
                [name, name_key(name), storable_text(search.text), search.sort.value, search.is_reversed],
            )

    def delete(self, name: str) -> None:
        """Delete a search. Does nothing for an unknown name."""
        with self._db.write() as connection:
            connection.execute("DELETE FROM saved_search WHERE key = ?", [name_key(name)])
