"""What a person thinks of takes: stars, ratings, what was heard; and the sums of it that a task's row shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sunotui.domain.annotations import NO_RATING, AnnotationField, TakeRating, TakeRef
from sunotui.storage.annotations.takes import first_clip_of, meant_clip_of, resolve
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, chunks, placeholders, storable_text

Marks = dict[TakeRef, Value]
"""One part of the opinion of each take: a star as 0 or 1, a rating, or the time it was heard at."""

_FIRST_CLIP = first_clip_of("opinion")
_MEANT = meant_clip_of("opinion")
_SETTLE = (
    "INSERT INTO opinion (task_id, clip_id, is_starred, rating, heard_at) "
    f"SELECT task_id, {_FIRST_CLIP}, is_starred, rating, heard_at FROM opinion "
    f"WHERE clip_id = '' AND task_id IN ({{marks}}) AND {_FIRST_CLIP} IS NOT NULL "
    "ON CONFLICT (task_id, clip_id) DO UPDATE SET is_starred = max(is_starred, excluded.is_starred), "
    "rating = max(rating, excluded.rating), heard_at = coalesce(heard_at, excluded.heard_at)"
)
_FORGET_SETTLED = f"DELETE FROM opinion WHERE clip_id = '' AND task_id IN ({{marks}}) AND {_FIRST_CLIP} IS NOT NULL"
_FORGET_EMPTY = "DELETE FROM opinion WHERE task_id IN ({marks}) AND NOT is_starred AND rating = 0 AND heard_at IS NULL"
# An opinion may come from another library, ahead of the take that it is of.
_IS_HERE = "(clip_id = '' OR EXISTS (SELECT 1 FROM clip WHERE clip.task_id = opinion.task_id AND id = clip_id))"
_SUM_UP = (
    "UPDATE task SET (is_starred, rating, heard) = (SELECT coalesce(max(opinion.is_starred), 0), "
    "coalesce(max(opinion.rating), 0), "
    f"count(DISTINCT CASE WHEN heard_at IS NOT NULL AND {_IS_HERE} THEN {_MEANT} END) "
    "FROM opinion WHERE opinion.task_id = task.id) "
    "WHERE id IN ({marks})"
)


class RatingStore:
    """Opinions by take. Every method raises LibraryError when the file cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def values(self, mark: AnnotationField, takes: Iterable[TakeRef]) -> Marks:
        """One part of the opinion of each of these takes, of those that the library knows."""
        refs = list(dict.fromkeys(resolve(self._db, takes).values()))
        told = self.of([take.task_id for take in refs])
        nothing: dict[str, TakeRating] = {}
        return {
            take: getattr(told.get(take.task_id, nothing).get(take.clip_id, NO_RATING), mark.value) for take in refs
        }

    def put(self, mark: AnnotationField, wanted: Mapping[TakeRef, Value]) -> None:
        """Write one part of the opinions of takes, in one transaction with the sums beside their tasks."""
        column = mark.value
        with self._db.write() as connection:
            rows = [(take.task_id, take.clip_id, wanted[asked]) for asked, take in resolve(self._db, wanted).items()]
            task_ids = list(dict.fromkeys(task_id for task_id, _, _ in rows))
            for chunk in chunks(task_ids):
                connection.execute(_SETTLE.format(marks=placeholders(chunk)), chunk)
                connection.execute(_FORGET_SETTLED.format(marks=placeholders(chunk)), chunk)
            connection.executemany(
                f"INSERT INTO opinion (task_id, clip_id, {column}) VALUES (?, ?, ?) "
                f"ON CONFLICT (task_id, clip_id) DO UPDATE SET {column} = excluded.{column}",
                rows,
            )
            for chunk in chunks(task_ids):
                connection.execute(_FORGET_EMPTY.format(marks=placeholders(chunk)), chunk)
            self.update_totals(task_ids)

    def update_totals(self, task_ids: Sequence[str]) -> None:
        """Make true what the rows of these tasks show of their takes' opinions."""
        with self._db.write() as connection:
            for chunk in chunks([storable_text(task_id) for task_id in task_ids]):
                connection.execute(_SUM_UP.format(marks=placeholders(chunk)), chunk)

    def of(self, task_ids: Sequence[str]) -> dict[str, dict[str, TakeRating]]:
        """The opinions of these tasks' takes, by task and clip; what nobody has an opinion of is left out."""
        found: dict[str, dict[str, TakeRating]] = {}
        for chunk in chunks([storable_text(task_id) for task_id in dict.fromkeys(task_ids)]):
            rows = self._db.query(
                f"SELECT task_id, {_MEANT} AS meant, "
                f"max(is_starred), max(rating), max(heard_at) FROM opinion WHERE task_id IN ({placeholders(chunk)}) "
                "GROUP BY task_id, meant",
                chunk,
            )
            for task_id, clip_id, is_starred, rating, heard_at in rows:
                found.setdefault(task_id, {})[clip_id] = TakeRating(bool(is_starred), rating, heard_at)
        return found
