"""All that a person keeps of tasks, read at once: for a page, a detail, a JSON document."""

from collections.abc import Sequence

from sunotui.domain.annotations import Kept
from sunotui.storage.annotations.albums import Albums
from sunotui.storage.annotations.labels import Labels
from sunotui.storage.annotations.ratings import Opinions
from sunotui.storage.db.chunks import chunks, marks_for
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text


def read_kept(db: Database, task_ids: Sequence[str]) -> dict[str, Kept]:
    """What is kept of each of these tasks; unknown ids are left out. Raises LibraryTrouble."""
    opinions, albums = Opinions(db).of(task_ids), Albums(db).of(task_ids)
    labels = Labels(db, lambda _: None).of(task_ids)
    found: dict[str, Kept] = {}
    for chunk in chunks([storable_text(task_id) for task_id in task_ids]):
        rows = db.query(f"SELECT id, note, trashed_at FROM task WHERE id IN ({marks_for(chunk)})", chunk)
        for task_id, note, trashed_at in rows:
            found[task_id] = Kept(
                opinions.get(task_id, {}),
                labels.get(task_id, ()),
                albums.get(task_id, {}),
                note,
                trashed_at is not None,
            )
    return found
