"""Stores drafts: unsent texts in progress."""

from __future__ import annotations

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text


class DraftStore:
    """Drafts by name; they survive a crash."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, name: str) -> str:
        """The text of a draft; empty without a draft. Raises LibraryError."""
        rows = self._db.query("SELECT text FROM draft WHERE name = ?", (storable_text(name),))
        return str(rows[0]["text"]) if rows else ""

    def all(self) -> dict[str, str]:
        """The texts of all drafts by name. Raises LibraryError."""
        return {str(row["name"]): str(row["text"]) for row in self._db.query("SELECT name, text FROM draft")}

    def replace(self, name: str, text: str, base: str) -> bool:
        """Save a draft if the stored one equals `base` or `text`. Returns whether it did. Raises LibraryError."""
        with self._db.write():
            if self.load(name) not in (storable_text(base), storable_text(text)):
                return False
            self.save(name, text)
            return True

    def save(self, name: str, text: str) -> None:
        """Save a draft; an empty text deletes it. Raises LibraryError."""
        name, text = storable_text(name), storable_text(text)
        with self._db.write() as connection:
            if text:
                connection.execute(
                    "INSERT INTO draft (name, text) VALUES (?, ?) "
                    "ON CONFLICT (name) DO UPDATE SET text = excluded.text",
                    (name, text),
                )
            else:
                connection.execute("DELETE FROM draft WHERE name = ?", (name,))
