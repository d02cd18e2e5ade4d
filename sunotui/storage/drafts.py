"""What is being written and not yet sent."""

from sunotui.storage.database import Database
from sunotui.storage.storable import storable_text


class Drafts:
    """Texts by name, kept through a crash."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def load(self, name: str) -> str:
        """The draft called `name`; empty when there is none. Raises LibraryTrouble."""
        rows = self._db.query("SELECT text FROM draft WHERE name = ?", (storable_text(name),))
        return str(rows[0]["text"]) if rows else ""

    def save(self, name: str, text: str) -> None:
        """Keep the draft; an empty one is forgotten. Raises LibraryTrouble."""
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
