"""Reads all annotations of tasks at once, for a page, a detail view or a JSON document."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.annotations import Annotations
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.labels import LabelStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders


def read_annotations(db: Database, task_ids: Sequence[str]) -> dict[str, Annotations]:
    """The annotations of these tasks by id; unknown ids are left out. Raises LibraryError."""
    ratings, albums = RatingStore(db).of(task_ids), AlbumStore(db).of(task_ids)
    labels = LabelStore(db, lambda _: None).of(task_ids)
    found: dict[str, Annotations] = {}
    for chunk in id_chunks(task_ids):
        rows = db.query(f"SELECT id, note, trashed_at FROM task WHERE id IN ({placeholders(chunk)})", chunk)
        for task_id, note, trashed_at in rows:
            found[task_id] = Annotations(
                ratings.get(task_id, {}),
                labels.get(task_id, ()),
                albums.get(task_id, {}),
                note,
                trashed_at is not None,
            )
    return found
