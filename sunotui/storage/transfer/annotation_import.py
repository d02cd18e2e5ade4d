"""Adds the ratings, labels, notes and trash times of imported tasks."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sunotui.domain.annotations import name_key
from sunotui.domain.export_records import ExportedTask
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, placeholders, storable_row, storable_text

# Existing values stay: a star, a rating and a play time are added if missing. Of two counts of plays, the greater one
# is right for a library that went back and forth; their sum would grow with every import.
_ADD_RATING = (
    "INSERT INTO opinion (task_id, clip_id, is_starred, rating, heard_at, plays, last_played_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (task_id, clip_id) DO UPDATE SET is_starred = max(is_starred, excluded.is_starred), "
    "rating = iif(rating, rating, excluded.rating), heard_at = coalesce(heard_at, excluded.heard_at), "
    "plays = max(plays, excluded.plays), "
    "last_played_at = coalesce(max(last_played_at, excluded.last_played_at), last_played_at, excluded.last_played_at) "
    "WHERE is_starred < excluded.is_starred OR (rating = 0 AND excluded.rating > 0) "
    "OR (heard_at IS NULL AND excluded.heard_at IS NOT NULL) OR plays < excluded.plays "
    "OR coalesce(last_played_at, 0) < excluded.last_played_at"
)
_ADD_LABEL = "INSERT INTO task_label (label_id, task_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ADD_NOTE = "UPDATE task SET note = ? WHERE id = ? AND note = ''"
_PUT_IN_TRASH = "UPDATE task SET trashed_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class NewAnnotations:
    """The ratings, labels, notes and trash times of new tasks, as rows."""

    ratings: list[tuple[Value, ...]] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    """Names of labels, each with the id of a task."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    trashed: list[tuple[float, str]] = field(default_factory=list)

    def add(self, record: ExportedTask) -> None:
        """Add all annotations of a task."""
        task_id = storable_text(record.task.id)
        self.ratings.extend(_rating_rows(record))
        self.labels.extend((name, task_id) for name in record.labels)
        if record.note:
            self.notes.append((storable_text(record.note), task_id))
        if record.trashed_at is not None:
            self.trashed.append((record.trashed_at, task_id))

    @property
    def indexed(self) -> set[str]:
        """The ids of the tasks with labels or a note, which are searched."""
        return {task_id for _, task_id in (*self.labels, *self.notes)}


def add_annotations(db: Database, records: Sequence[ExportedTask], before: Container[str]) -> set[str]:
    """Add ratings, labels and notes of tasks that the library has by now; returns the ids of tasks that changed.
    `before` are the ids of the tasks that it had before the import: only others are moved to the trash.
    """
    new: dict[str, ExportedTask] = {}
    others: list[ExportedTask] = []
    for record in records:
        if record.task.id in before or record.task.id in new:
            others.append(record)
        else:
            new[record.task.id] = record
    labels: dict[str, int] = {}
    added = NewAnnotations()
    for record in new.values():
        added.add(record)
    add_to_new(db, added, labels)
    rated: list[str] = []
    changed = {task_id for task_id, record in new.items() if record.ratings or record.labels or record.note}
    for record in others:
        if has_ratings := _add_ratings(db, record):
            rated.append(record.task.id)
        if any([has_ratings, _add_labels(db, record, labels), _add_note(db, record)]):
            changed.add(record.task.id)
        if record.trashed_at is not None and record.task.id not in before:
            with db.write() as connection:
                connection.execute(_PUT_IN_TRASH, (record.trashed_at, storable_text(record.task.id)))
    RatingStore(db).update_totals(rated)
    return changed


def add_to_new(db: Database, added: NewAnnotations, known: dict[str, int]) -> None:
    """Add all annotations of new tasks; `known` has the ids of labels by name, and gets those that are found
    or inserted."""
    with db.write() as connection:
        connection.executemany(_ADD_RATING, added.ratings)
        connection.executemany(_ADD_LABEL, [(_label_id(db, name, known), task_id) for name, task_id in added.labels])
        connection.executemany(_ADD_NOTE, added.notes)
        connection.executemany(_PUT_IN_TRASH, added.trashed)
    RatingStore(db).update_totals(list(dict.fromkeys(str(row[0]) for row in added.ratings)))


def _rating_rows(record: ExportedTask) -> Iterator[tuple[Value, ...]]:
    for rating in record.ratings:
        yield storable_row(
            (
                *(record.task.id, rating.clip_id, rating.is_favourite, rating.rating, rating.played_at),
                *(rating.plays, rating.last_played_at),
            )
        )


def _add_ratings(db: Database, record: ExportedTask) -> bool:
    with db.write() as connection:
        added = [connection.execute(_ADD_RATING, row).rowcount for row in _rating_rows(record)]
    return any(added)


def _add_labels(db: Database, record: ExportedTask, known: dict[str, int]) -> bool:
    """`known` has the ids of labels by name, and gets those that are found or inserted."""
    rows = [(_label_id(db, name, known), storable_text(record.task.id)) for name in record.labels]
    with db.write() as connection:
        added = [connection.execute(_ADD_LABEL, row).rowcount for row in rows]
    return any(added)


def _add_note(db: Database, record: ExportedTask) -> bool:
    if not record.note:
        return False
    with db.write() as connection:
        return bool(connection.execute(_ADD_NOTE, (storable_text(record.note), storable_text(record.task.id))).rowcount)


def _label_id(db: Database, name: str, known: dict[str, int]) -> int:
    label_id = known.get(name)
    if label_id is None:
        label_id = known[name] = find_or_insert(db, "label", name, {})[0]
    return label_id


def find_or_insert(db: Database, table: str, name: str, values: Mapping[str, Any]) -> tuple[int, bool]:
    """The id of the row with this name, which is inserted if it is missing, and whether it was inserted."""
    key = name_key(name)
    with db.write() as connection:
        found = connection.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()
        if found is not None:
            return found[0], False
        columns = {"name": name, "key": key, **values}
        inserted = connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders([*columns])}) RETURNING id",
            storable_row(columns.values()),
        ).fetchall()
    return inserted[0][0], True
