"""Reads the whole library as a stream of records in a fixed order, with few of them in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sunotui.domain.export_records import (
    ExportedAlbum,
    ExportedCapabilities,
    ExportedDecision,
    ExportedDraft,
    ExportedLabel,
    ExportedLater,
    ExportedPreference,
    ExportedPrice,
    ExportedRating,
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
)
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.submission import Submission
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import placeholders, storable_text, unpacked_text
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.summaries import corrupt_row_errors
from sunotui.storage.tasks.task_store import TaskStore

_BATCH = 200
"""How many tasks are in memory at the same time."""
TAKES_A_RECORD = 1_000
"""The maximum number of takes of an album in one record, which limits the length of a line."""

_RATINGS = (
    "SELECT task_id, clip_id, is_starred, rating, heard_at, plays, last_played_at FROM opinion "
    "WHERE task_id IN ({}) ORDER BY task_id, clip_id"
)
_LABELS = (
    "SELECT task_id, name FROM task_label JOIN label ON label.id = label_id WHERE task_id IN ({}) "
    "ORDER BY task_id, label.id"
)
_REST = "SELECT id, note, trashed_at, raw FROM task LEFT JOIN answer ON answer.task_id = task.id WHERE id IN ({})"
_TAKES = "SELECT task_id, clip_id FROM album_take WHERE album_id = ? ORDER BY place, task_id, clip_id"
_SMALL_TABLES: tuple[tuple[str, str, str, Callable[..., Record]], ...] = (
    (
        "winner_clip, loser_clip, compared_at, profile, winner_task, loser_task",
        "verdict",
        "compared_at, winner_clip, loser_clip",
        ExportedPreference,
    ),
    (
        "clip_id, task_id, verdict, rating, decided_at, is_pending",
        "triage_decision",
        "decided_at, clip_id",
        lambda *values: replace(ExportedDecision(*values), is_pending=bool(values[-1])),
    ),
    ("clip_id, task_id, until", "triage_later", "clip_id", ExportedLater),
    ("clip_id, text", "timing", "clip_id", ExportedTimings),
    ("id, name, clip_id, profile, created_at", "persona", "profile, id", Persona),
    ("profile, action, amount, unit, learned_at", "price", "seq", ExportedPrice),
    ("profile, text", "offers", "profile", ExportedCapabilities),
    ("name, text", "draft", "name", ExportedDraft),
)


def _unpacked(raw: bytes | None) -> str:
    with corrupt_row_errors():
        return unpacked_text(raw)


class Exporter:
    """Reads the whole library, except for the state of this computer. Every method raises LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tasks = TaskStore(db)
        self._journal = Journal(db)

    def records(self) -> Iterator[Record]:
        """All records, in an order in which they can be imported one by one: submissions before their tasks, labels and
        tasks before albums. Call it within `Database.snapshot` for a consistent export."""
        yield from self.submissions()
        yield from (ExportedLabel(name) for (name,) in self._rows("label", "name", "id"))
        yield from self.tasks()
        yield from self._albums()
        for name, query, sort, is_reversed in self._rows("saved_search", "name, query, sort, is_reversed", "id"):
            yield ExportedSearch(name, query, sort, bool(is_reversed))
        for columns, table, order, record in _SMALL_TABLES:
            yield from (record(*row) for row in self._rows(table, columns, order))

    def submissions(self) -> Iterator[Submission]:
        """All submissions, oldest first."""
        for ids in self._pages("submission"):
            for submission_id in ids:
                found = self._journal.reader.get(submission_id)
                if found is not None:
                    yield found

    def tasks(self) -> Iterator[ExportedTask]:
        """All tasks with their annotations, in the order in which they were added."""
        for ids in self._pages("task"):
            yield from self.about(ids)

    def about(self, ids: Sequence[str]) -> Iterator[ExportedTask]:
        """Tasks with their annotations, in the order of `ids`."""
        ratings, labels = self._of(ids, _RATINGS), self._of(ids, _LABELS)
        rest = self._of(ids, _REST)
        for task in self._tasks.tasks(ids).values():
            note, trashed_at, raw = rest[task.id][0]
            yield ExportedTask(
                task,
                raw=_unpacked(raw),
                note=note,
                labels=tuple(name for (name,) in labels.get(task.id, ())),
                ratings=tuple(
                    ExportedRating(clip_id, bool(is_favourite), *others)
                    for clip_id, is_favourite, *others in ratings.get(task.id, ())
                ),
                trashed_at=trashed_at,
            )

    def _albums(self) -> Iterator[ExportedAlbum]:
        columns = "id, name, created_at, coalesce(artist, ''), coalesce(cover_clip, ''), coalesce(cover_path, '')"
        for album_id, name, created_at, *look in list(self._rows("album", columns, "id")):
            takes = self._db.query(_TAKES, [album_id])
            for start in range(0, max(1, len(takes)), TAKES_A_RECORD):
                piece = takes[start : start + TAKES_A_RECORD]
                yield ExportedAlbum(name, created_at, tuple((row[0], row[1]) for row in piece), *look)

    def _pages(self, table: str) -> Iterator[list[str]]:
        page = f"SELECT seq, id FROM {table} WHERE seq > ? ORDER BY seq LIMIT {_BATCH}"
        after = 0
        while rows := self._db.query(page, [after]):
            after = rows[-1]["seq"]
            yield [row["id"] for row in rows]

    def _rows(self, table: str, columns: str, order: str) -> Iterator[tuple[Any, ...]]:
        """All rows of a small table, read in batches."""
        page = f"SELECT {columns} FROM {table} ORDER BY {order} LIMIT {_BATCH} OFFSET ?"
        start = 0
        while rows := self._db.query(page, [start]):
            start += len(rows)
            yield from map(tuple, rows)

    def _of(self, ids: Sequence[str], sql: str) -> dict[str, list[tuple[Any, ...]]]:
        """Rows by task id, which is their first column."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self._db.query(sql.format(placeholders(ids)), list(map(storable_text, ids))):
            found.setdefault(row[0], []).append(tuple(row)[1:])
        return found
