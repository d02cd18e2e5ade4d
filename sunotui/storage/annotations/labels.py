"""Labels of tasks: a label is there as long as a task has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.domain.annotations import NamedCount, name_key, valid_name
from sunotui.storage.annotations.takes import known_tasks
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text


class LabelStore:
    """Labels by name; names that differ in capitals or accents only are one label, shown as it was first written.

    Every method raises LibraryError when the file cannot be read or written.
    """

    def __init__(self, db: Database, refresh_words: Callable[[Sequence[str]], None]) -> None:
        """`refresh_words` makes true what a search knows of tasks; it is called inside the transaction."""
        self._db = db
        self._refresh_words = refresh_words

    def put(self, task_ids: Sequence[str], name: str, *, is_on: bool) -> tuple[str, list[str]]:
        """Give or take a label, in one transaction; its name as it is shown, and the tasks that this changed.

        Raises InvalidRequest for a name that is none.
        """
        name = valid_name(name)
        with self._db.write() as connection:
            label_id, name = self._find(name)
            if label_id is None:
                if not is_on or not known_tasks(self._db, task_ids):
                    return name, []
                made = connection.execute("INSERT INTO label (name, key) VALUES (?, ?)", [name, name_key(name)])
                label_id = made.lastrowid or 0
            having = self._having(label_id, task_ids)
            changed = [task_id for task_id in known_tasks(self._db, task_ids) if (task_id in having) is not is_on]
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
                self._refresh_words(changed)
        return name, changed

    def all(self) -> list[NamedCount]:
        """Every label, by name, with the number of its tasks that are not in the trash."""
        rows = self._db.query(
            "SELECT name, (SELECT count(*) FROM task_label JOIN task ON task.id = task_id "
            "WHERE label_id = label.id AND trashed_at IS NULL) FROM label ORDER BY key"
        )
        return [NamedCount(name, count) for name, count in rows]

    def among(self, task_ids: Sequence[str]) -> dict[str, int]:
        """The labels that these tasks have, and how many of the tasks have each."""
        counts: dict[str, int] = {}
        for names in self.of(task_ids).values():
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        return counts

    def of(self, task_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The labels of each of these tasks, by name; tasks without any are left out."""
        found: dict[str, list[str]] = {}
        for chunk in chunks([storable_text(task_id) for task_id in dict.fromkeys(task_ids)]):
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

    def _having(self, label_id: int, task_ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for chunk in chunks([storable_text(task_id) for task_id in task_ids]):
            found.update(
                self._db.column(
                    f"SELECT task_id FROM task_label WHERE label_id = ? AND task_id IN ({placeholders(chunk)})",
                    [label_id, *chunk],
                )
            )
        return found
