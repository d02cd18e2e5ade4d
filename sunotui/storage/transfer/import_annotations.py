"""What a person made of the takes in another library, taken in: opinions, labels, notes, albums, saved searches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sunotui.domain.annotations import name_key
from sunotui.domain.export_records import ExportedAlbum, ExportedLabel, ExportedSearch, ExportedTask
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row, storable_text

# What is there stays: a star, a rating and a time of hearing come where there is none.
_OPINION = (
    "INSERT INTO opinion (task_id, clip_id, is_starred, rating, heard_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (task_id, clip_id) DO UPDATE SET is_starred = max(is_starred, excluded.is_starred), "
    "rating = iif(rating, rating, excluded.rating), heard_at = coalesce(heard_at, excluded.heard_at) "
    "WHERE is_starred < excluded.is_starred OR (rating = 0 AND excluded.rating > 0) "
    "OR (heard_at IS NULL AND excluded.heard_at IS NOT NULL) RETURNING task_id"
)


def import_annotations(db: Database, carried: Sequence[ExportedTask], is_new: Callable[[str], bool]) -> set[str]:
    """Take in what is kept about tasks that are here now; ids of those of which something was missing.

    Only a task that is new here comes into the trash: a person who kept it here does not lose it. Raises
    LibraryError.
    """
    changed: set[str] = set()
    for one in carried:
        task_id = storable_text(one.task.id)
        if any([_opinions(db, task_id, one), _labels(db, task_id, one.labels), _note(db, task_id, one.note)]):
            changed.add(one.task.id)
        if one.trashed_at is not None and is_new(one.task.id):
            with db.write() as connection:
                connection.execute("UPDATE task SET trashed_at = ? WHERE id = ?", (one.trashed_at, task_id))
    return changed


def _opinions(db: Database, task_id: str, one: ExportedTask) -> bool:
    if not one.opinions:
        return False
    with db.write() as connection:
        came = [
            row
            for about in one.opinions
            for row in connection.execute(
                _OPINION,
                storable_row((task_id, about.clip_id, about.is_starred, about.rating, about.heard_at)),
            ).fetchall()
        ]
        if came:
            RatingStore(db).sum_up([task_id])
    return bool(came)


def _labels(db: Database, task_id: str, names: Sequence[str]) -> bool:
    has_come = False
    for name in names:
        label_id, _ = _named(db, "label", name, {})
        with db.write() as connection:
            found = connection.execute(
                "INSERT INTO task_label (label_id, task_id) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1",
                (label_id, task_id),
            ).fetchall()
        has_come = has_come or bool(found)
    return has_come


def _note(db: Database, task_id: str, note: str) -> bool:
    if not note:
        return False
    with db.write() as connection:
        return bool(
            connection.execute(
                "UPDATE task SET note = ? WHERE id = ? AND note = '' RETURNING 1", (storable_text(note), task_id)
            ).fetchall()
        )


def _label(db: Database, told: ExportedLabel) -> str:
    _, is_new = _named(db, "label", told.name, {})
    return "added" if is_new else "there"


def _album(db: Database, told: ExportedAlbum) -> str:
    """Takes that are missing in the album of that name come to its end, those of unknown tasks are left out."""
    album_id, is_new = _named(db, "album", told.name, {"created_at": told.created_at})
    has_come = False
    with db.write() as connection:
        for task_id, clip_id in told.takes:
            came = connection.execute(
                "INSERT INTO album_take (album_id, place, task_id, clip_id) "
                "SELECT ?1, (SELECT coalesce(max(place), 0) + 1 FROM album_take WHERE album_id = ?1), id, ?3 "
                "FROM task WHERE id = ?2 ON CONFLICT DO NOTHING RETURNING 1",
                (album_id, task_id, clip_id),
            ).fetchall()
            has_come = has_come or bool(came)
    return "added" if is_new else "changed" if has_come else "there"


def _search(db: Database, told: ExportedSearch) -> str:
    values = {"query": told.query, "sort": told.sort, "is_reversed": int(told.is_reversed)}
    _, is_new = _named(db, "saved_search", told.name, values)
    return "added" if is_new else "there"


def _named(db: Database, table: str, name: str, values: Mapping[str, Any]) -> tuple[int, bool]:
    """The id of the row of this name, made where there is none; and whether it was made."""
    key = name_key(name)
    with db.write() as connection:
        found = connection.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()
        if found is not None:
            return found[0], False
        columns = {"name": name, "key": key, **values}
        made = connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) RETURNING id",
            storable_row(columns.values()),
        ).fetchall()
    return made[0][0], True


KEPT: Mapping[type, Callable[[Database, Any], str]] = {
    ExportedLabel: _label,
    ExportedAlbum: _album,
    ExportedSearch: _search,
}
"""What takes in a record of each kind; the word of its fate."""
