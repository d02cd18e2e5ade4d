"""What is in an album, for those who only read it."""

from sunotui.domain.folding import fold
from sunotui.storage.database import Database
from sunotui.storage.storable import storable_text


def album_takes(db: Database, name: str) -> tuple[str, list[tuple[str, str]]] | None:
    """An album's name as it is shown, and the ids of its takes' tasks and clips, in order; None where there is none.

    What is in the trash is left out. Raises LibraryTrouble.
    """
    found = db.query("SELECT id, name FROM album WHERE key = ?", [fold(storable_text(name))])
    if not found:
        return None
    takes = db.query(
        "SELECT task_id, clip_id FROM album_take JOIN task ON task.id = task_id "
        "WHERE album_id = ? AND trashed_at IS NULL ORDER BY place, task_id, clip_id",
        [found[0]["id"]],
    )
    return str(found[0]["name"]), [(row["task_id"], row["clip_id"]) for row in takes]
