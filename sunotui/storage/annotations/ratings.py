"""Stores stars, ratings and play times of takes, and their totals in the rows of the tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sunotui.domain.annotations import NO_RATING, AnnotationField, TakeRating, TakeRef
from sunotui.storage.annotations.takes import first_clip_of, resolve, resolved_clip_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, chunks, id_chunks, placeholders

FieldValues = dict[TakeRef, Value]
"""One annotation field of takes: a star as 0 or 1, a rating from 0 to 5, or when it was played, in Unix seconds."""

_FIRST_CLIP = first_clip_of("opinion")
_CLIP_ID = resolved_clip_of("opinion")
_RESOLVE = (
    "INSERT INTO opinion (task_id, clip_id, is_starred, rating, heard_at, plays, last_played_at) "
    f"SELECT task_id, {_FIRST_CLIP}, is_starred, rating, heard_at, plays, last_played_at FROM opinion "
    f"WHERE clip_id = '' AND task_id IN ({{marks}}) AND {_FIRST_CLIP} IS NOT NULL "
    "ON CONFLICT (task_id, clip_id) DO UPDATE SET is_starred = max(is_starred, excluded.is_starred), "
    "rating = max(rating, excluded.rating), heard_at = coalesce(heard_at, excluded.heard_at), "
    "plays = plays + excluded.plays, "
    "last_played_at = coalesce(max(last_played_at, excluded.last_played_at), last_played_at, excluded.last_played_at)"
)
_DELETE_RESOLVED = f"DELETE FROM opinion WHERE clip_id = '' AND task_id IN ({{marks}}) AND {_FIRST_CLIP} IS NOT NULL"
_DELETE_EMPTY = (
    "DELETE FROM opinion WHERE task_id IN ({marks}) AND NOT is_starred AND rating = 0 AND heard_at IS NULL "
    "AND plays = 0 AND last_played_at IS NULL"
)
# A rating may be imported before its take.
_HAS_CLIP = "(clip_id = '' OR EXISTS (SELECT 1 FROM clip WHERE clip.task_id = opinion.task_id AND id = clip_id))"
_UPDATE_TOTALS = (
    "UPDATE task SET (is_starred, rating, heard, last_played_at) = (SELECT coalesce(max(opinion.is_starred), 0), "
    "coalesce(max(opinion.rating), 0), "
    f"count(DISTINCT CASE WHEN heard_at IS NOT NULL AND {_HAS_CLIP} THEN {_CLIP_ID} END), "
    # A take that the user marked as not played does not count for when the task was last played.
    f"max(CASE WHEN heard_at IS NOT NULL AND {_HAS_CLIP} THEN coalesce(opinion.last_played_at, heard_at) END) "
    "FROM opinion WHERE opinion.task_id = task.id) "
    "WHERE id IN ({marks})"
)


class RatingStore:
    """Ratings by take. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def values(self, field: AnnotationField, takes: Iterable[TakeRef]) -> FieldValues:
        """The values of one annotation field; takes that the library does not have are left out."""
        refs = list(dict.fromkeys(resolve(self._db, takes).values()))
        ratings = self.of([take.task_id for take in refs])
        nothing: dict[str, TakeRating] = {}
        return {take: field.of(ratings.get(take.task_id, nothing).get(take.clip_id, NO_RATING)) for take in refs}

    def put(self, field: AnnotationField, values: Mapping[TakeRef, Value]) -> None:
        """Set one annotation field of takes and the totals of their tasks, in one transaction."""
        column = field.value
        with self._db.write() as connection:
            rows = [(take.task_id, take.clip_id, values[given]) for given, take in resolve(self._db, values).items()]
            task_ids = list(dict.fromkeys(task_id for task_id, _, _ in rows))
            for chunk in chunks(task_ids):
                connection.execute(_RESOLVE.format(marks=placeholders(chunk)), chunk)
                connection.execute(_DELETE_RESOLVED.format(marks=placeholders(chunk)), chunk)
            connection.executemany(
                f"INSERT INTO opinion (task_id, clip_id, {column}) VALUES (?, ?, ?) "
                f"ON CONFLICT (task_id, clip_id) DO UPDATE SET {column} = excluded.{column}",
                rows,
            )
            for chunk in chunks(task_ids):
                connection.execute(_DELETE_EMPTY.format(marks=placeholders(chunk)), chunk)
            self.update_totals(task_ids)

    def count_play(self, take: TakeRef, now: float) -> bool:
        """Count one more play of a take at `now` in Unix seconds, and mark it as played; returns whether the library
        has the take."""
        with self._db.write() as connection:
            known = list(resolve(self._db, [take]).values())
            connection.executemany(
                "INSERT INTO opinion (task_id, clip_id, heard_at, plays, last_played_at) VALUES (?, ?, ?, 1, ?) "
                "ON CONFLICT (task_id, clip_id) DO UPDATE SET plays = plays + 1, "
                "heard_at = coalesce(heard_at, excluded.heard_at), last_played_at = excluded.last_played_at",
                [(one.task_id, one.clip_id, now, now) for one in known],
            )
            self.update_totals([one.task_id for one in known])
        return bool(known)

    def update_totals(self, task_ids: Sequence[str]) -> None:
        """Update the totals of these tasks: whether a take is a favourite, the best rating, how many takes were
        played, and when one was last."""
        with self._db.write() as connection:
            for chunk in id_chunks(task_ids):
                connection.execute(_UPDATE_TOTALS.format(marks=placeholders(chunk)), chunk)

    def of(self, task_ids: Sequence[str]) -> dict[str, dict[str, TakeRating]]:
        """The ratings of the takes of these tasks, by task and clip; takes without one are left out."""
        found: dict[str, dict[str, TakeRating]] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(
                f"SELECT task_id, {_CLIP_ID} AS resolved, max(is_starred), max(rating), max(heard_at), sum(plays), "
                f"max(last_played_at) FROM opinion WHERE task_id IN ({placeholders(chunk)}) "
                "GROUP BY task_id, resolved",
                chunk,
            )
            for task_id, clip_id, is_favourite, *others in rows:
                found.setdefault(task_id, {})[clip_id] = TakeRating(bool(is_favourite), *others)
        return found
