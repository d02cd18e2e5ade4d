"""Stores labels of tasks; a label exists as long as a task has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.domain.annotations import NamedCount, name_key, valid_name
from sunotui.storage.annotations.takes import known_tasks
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders


class LabelStore:
    """Labels by name; names that differ only in case or accents are one label, shown as it was first written.

    Every method raises LibraryError when the library cannot be read or written.
    """

    def __init__(self, db: Database, reindex: Callable[[Sequence[str]], None]) -> None:
        """`reindex` updates the full-text index for tasks; it is called inside the transaction."""
        self._db = db
        self._reindex = reindex

    def put(self, task_ids: Sequence[str], name: str, *, is_on: bool) -> tuple[str, list[str]]:
        """Add a label to tasks, or remove it from them, in one transaction. Returns the name as displayed and the ids
        of the tasks that changed. Raises InvalidRequest for an invalid name.
        """
        name = valid_name(name)
        with self._db.write() as connection:
            label_id, name = self._find(name)
            if label_id is None:
                if not is_on or not known_tasks(self._db, task_ids):
                    return name, []
                inserted = connection.execute("INSERT INTO label (name, key) VALUES (?, ?)", [name, name_key(name)])
                label_id = inserted.lastrowid or 0
            labelled = self._labelled(label_id, task_ids)
            changed = [task_id for task_id in known_tasks(self._db, task_ids) if (task_id in labelled) is not is_on]
            rows = [(label_id, task_id) for task_id in changed]
            if is_on:
                connection.executemany("INSERT INTO task_label (label_id, task_id) VALUES (?, ?)", rows)
            else:
                connection.executemany("DELETE FROM task_label WHERE label_id = ? AND task_id = ?", rows)
                connection.execute(
                    "DELETE FROM label WHERE id = ? AND id NOT IN (SELECT label_id FROM task_label WHERE label_id = ?)",
                    [label_id, label_id],
                )
            if changed:
                self._reindex(changed)
        return name, changed

    def all(self) -> list[NamedCount]:
        """All labels by name, with the number of their tasks that are not in the trash."""
        rows = self._db.query(
            "SELECT name, (SELECT count(*) FROM task_label JOIN task ON task.id = task_id "
            "WHERE label_id = label.id AND trashed_at IS NULL) FROM label ORDER BY key"
        )
        return [NamedCount(name, count) for name, count in rows]

    def among(self, task_ids: Sequence[str]) -> dict[str, int]:
        """The names of the labels of these tasks, with the number of these tasks that have each."""
        counts: dict[str, int] = {}
        for names in self.of(task_ids).values():
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        return counts

    def of(self, task_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The sorted names of the labels of each of these tasks; tasks without labels are left out."""
        found: dict[str, list[str]] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(
                "SELECT task_id, name FROM task_label JOIN label ON label.id = label_id "
                f"WHERE task_id IN ({placeholders(chunk)}) ORDER BY key",
                chunk,
            )
            for task_id, name in rows:
                found.setdefault(task_id, []).append(name)
        return {task_id: tuple(names) for task_id, names in found.items()}

    def _find(self, name: str) -> tuple[int | None, str]:
        rows = self._db.query("SELECT id, name FROM label WHERE key = ?", [name_key(name)])
        return (rows[0][0], rows[0][1]) if rows else (None, name)

    def _labelled(self, label_id: int, task_ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for chunk in id_chunks(task_ids):
            found.update(
                self._db.column(
                    f"SELECT task_id FROM task_label WHERE label_id = ? AND task_id IN ({placeholders(chunk)})",
                    [label_id, *chunk],
                )
            )
        return found
