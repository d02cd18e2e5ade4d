"""Stores tasks, their clips and the gateway's latest raw text for each task."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from sunotui.domain.search.query import MATCH_ALL, Query
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import TakeSummary, TaskSummary
from sunotui.storage.browse.query_sql import UNFINISHED, clause_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, id_chunks, packed_text, placeholders, storable_text, unpacked_text
from sunotui.storage.tasks.columns import CLIP_COLUMNS, SUMMARY_COLUMNS, TASK_COLUMNS
from sunotui.storage.tasks.summaries import corrupt_row_errors, summary_of

if TYPE_CHECKING:
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.task import Task
    from sunotui.storage.browse.sort_orders import SortOrder

CHECKED_STEP_S = 30.0
"""How far, in seconds, `checked_at` may lag on disk if nothing else changed: otherwise every poll would write."""

_NO_RAWS: Mapping[str, str] = MappingProxyType({})

SAVE_RAW = (
    "INSERT INTO answer (task_id, raw) SELECT id, ? FROM task WHERE id = ? "
    "ON CONFLICT (task_id) DO UPDATE SET raw = excluded.raw WHERE raw <> excluded.raw"
)


class TaskStore:
    """Reads and writes tasks. Every method raises LibraryError when the library cannot be read or written."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(
        self,
        tasks: Iterable[Task],
        raws: Mapping[str, str] = _NO_RAWS,
        annotate: Callable[[], Collection[str]] | None = None,
    ) -> None:
        """Insert or update tasks in one transaction, on disk when this returns (D1).

        No data is lost: clips that a task no longer names stay, takes keep their numbers, the first `added_at` counts.
        `raws` are the gateway's own texts by task id; an empty one overwrites nothing. `annotate` is called when the
        tasks are in the library and not yet in the full-text index; it may write labels and notes, and returns the ids
        of the tasks that got some.
        """
        given = {task.id: task for task in tasks}
        self._update(
            given,
            lambda known: [_with_known_parts(known.get(task.id), task) for task in given.values()],
            raws,
            annotate,
        )

    def update(
        self,
        ids: Iterable[str],
        merge: Callable[[Mapping[str, Task]], Iterable[Task]],
        raws: Mapping[str, str] = _NO_RAWS,
    ) -> tuple[Mapping[str, Task], list[Task]]:
        """Read the tasks of these ids, merge them and save the result, in one transaction that is on disk when this
        returns (D1). Returns the tasks that the library had by id, and those that `merge` made.

        `merge` gets the tasks that the library has by id, and must keep their clips in their order. A task in which
        only `checked_at` moved, by less than CHECKED_STEP_S, is not written.
        """
        return self._update(ids, merge, raws, None)

    def _update(
        self,
        ids: Iterable[str],
        merge: Callable[[Mapping[str, Task]], Iterable[Task]],
        raws: Mapping[str, str],
        annotate: Callable[[], Collection[str]] | None,
    ) -> tuple[Mapping[str, Task], list[Task]]:
        with self._db.write() as connection:
            known = self.tasks(list(dict.fromkeys(ids)))
            merged = list(merge(known))
            changed = [task for task in merged if not _is_known(known.get(task.id), task)]
            is_written = bool(changed) or annotate is not None
            if is_written:
                from sunotui.storage.tasks.task_writer import write_rows, write_words

                write_rows(connection, known, changed)
            if raws:
                connection.executemany(SAVE_RAW, _raw_rows(merged, raws))
            if is_written:
                # Last, since the index writes what it has in memory before a statement that can be undone alone.
                write_words(self._db, connection, known, changed, annotate() if annotate is not None else ())
        return known, merged

    def task(self, task_id: str) -> Task | None:
        """The task with this id; None if the library does not have it."""
        return self.tasks([task_id]).get(task_id)

    def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        """The tasks with these ids by id, in the order of `ids`; unknown ids are left out."""
        from sunotui.storage.tasks.row_mapping import clip_of, task_of

        found: dict[str, Task] = {}
        for chunk in id_chunks(ids):
            clips = self._clips(chunk, clip_of)
            rows = self._db.query(f"SELECT {TASK_COLUMNS} FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            with corrupt_row_errors():
                found.update((row[0], task_of(row, tuple(clips.get(row[0], ())))) for row in rows)
        return {task_id: found[task_id] for task_id in ids if task_id in found}

    def unfinished(self, profile: str | None = None) -> list[Task]:
        """All tasks that may still change, of one profile or of all, oldest first."""
        if profile is None:
            ids = self._db.column(f"SELECT id FROM task WHERE {UNFINISHED} ORDER BY +seq")
        else:
            ids = self._db.column(
                f"SELECT id FROM task WHERE {UNFINISHED} AND profile = ? ORDER BY +seq", [storable_text(profile)]
            )
        return list(self.tasks(ids).values())

    def clip(self, clip_id: str) -> tuple[Task, Clip] | None:
        """A clip by its id, with its task; the first one if several tasks have the clip."""
        ids = self._db.column(
            "SELECT clip.task_id FROM clip JOIN task ON task.id = clip.task_id WHERE clip.id = ? ORDER BY task.seq "
            "LIMIT 1",
            [storable_text(clip_id)],
        )
        task = self.task(ids[0]) if ids else None
        if task is None:
            return None
        return next(((task, clip) for clip in task.clips if clip.id == clip_id), None)

    def clip_ids(self) -> list[str]:
        """The ids of all clips, in no order."""
        return self._db.column("SELECT DISTINCT id FROM clip")

    def raw(self, task_id: str) -> str:
        """The gateway's latest text for a task, as received; empty if nothing was received yet."""
        rows = self._db.query("SELECT raw FROM answer WHERE task_id = ?", [storable_text(task_id)])
        with corrupt_row_errors():
            return unpacked_text(rows[0][0]) if rows else ""

    def ids_with_prefix(self, prefix: str) -> list[str]:
        """The ids of tasks whose id, or the id of one of whose clips, begins with `prefix`; those in the trash too."""
        bounds = [storable_text(prefix), storable_text(prefix) + "\U0010ffff"]
        return self._db.column(
            "SELECT id FROM task WHERE id >= ? AND id < ? UNION SELECT task_id FROM clip WHERE id >= ? AND id < ?",
            [*bounds, *bounds],
        )

    def ids_with_prefix_in_any_case(self, prefix: str) -> list[str]:
        """The ids of tasks whose id, or the id of one of whose clips, begins with `prefix`, which is in lower case; the
        case of ASCII letters is ignored. Reads every id."""
        return self._db.column(
            "SELECT id FROM task WHERE lower(substr(id, 1, ?1)) = ?2 "
            "UNION SELECT task_id FROM clip WHERE lower(substr(id, 1, ?1)) = ?2",
            [len(prefix), storable_text(prefix)],
        )

    def summaries(self, ids: Sequence[str]) -> list[TaskSummary]:
        """The summaries of these tasks, in the order of `ids`; unknown ids are left out."""
        found: dict[str, TaskSummary] = {}
        for chunk in id_chunks(ids):
            rows = self._db.query(f"SELECT {SUMMARY_COLUMNS} FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            with corrupt_row_errors():
                found.update((row[0], summary_of(row)) for row in rows)
        return [found[task_id] for task_id in ids if task_id in found]

    def recent(
        self,
        status: TaskStatus | None = None,
        query: Query = MATCH_ALL,
        limit: int = 50,
        profile: str | None = None,
        order: SortOrder | None = None,
        *,
        now: float,
    ) -> list[Task]:
        """The first tasks in a sort order, newest first by default: at most `limit`, of one status and one profile if
        given. The query runs at `now` (Unix seconds)."""
        condition, query_values = clause_of(query, now)
        values: list[Value] = [*query_values]
        if status is not None:
            condition += " AND status = ?"
            values.append(status.value)
        if profile is not None:
            condition += " AND profile = ?"
            values.append(storable_text(profile))
        order_by = order.sql if order is not None else "added_at DESC, seq DESC"
        ids = self._db.column(
            f"SELECT id FROM task WHERE {condition} ORDER BY {order_by} LIMIT ?", [*values, max(0, limit)]
        )
        return list(self.tasks(ids).values())

    def newest_takes(self, limit: int) -> list[TakeSummary]:
        """The finished takes of the newest `limit` tasks, newest first; without the trash."""
        rows = self._db.query(
            "SELECT clip.id, clip.take, clip.title, clip.duration_s, task.title AS task_title "
            "FROM (SELECT id, title, added_at, seq FROM task WHERE trashed_at IS NULL "
            "ORDER BY added_at DESC, seq DESC LIMIT ?) AS task JOIN clip ON clip.task_id = task.id "
            "WHERE clip.status = 'complete' ORDER BY task.added_at DESC, task.seq DESC, clip.take",
            [limit],
        )
        return [
            TakeSummary(row["id"], row["title"] or row["task_title"], row["take"], row["duration_s"]) for row in rows
        ]

    def reindex(self, task_ids: Sequence[str]) -> None:
        """Bring the full-text index up to date with the labels and notes of these tasks."""
        from sunotui.storage.tasks.task_writer import index_annotations

        with self._db.write() as connection:
            index_annotations(self._db, connection, task_ids)

    def durations(self, profile: str, kind: TaskKind, limit: int = 100) -> list[float]:
        """The seconds that the newest `limit` tasks of a kind took at a profile's gateway; only of tasks polled to
        their end."""
        rows = self._db.query(
            "SELECT made_in_s FROM task WHERE profile = ? AND kind = ? AND made_in_s IS NOT NULL "
            "ORDER BY added_at DESC LIMIT ?",
            [storable_text(profile), kind.value, max(0, limit)],
        )
        return [float(row[0]) for row in rows]

    def _clips(self, task_ids: Sequence[str], clip_of: Callable[[sqlite3.Row], Clip]) -> dict[str, list[Clip]]:
        clips: dict[str, list[Clip]] = {}
        rows = self._db.query(
            f"SELECT {CLIP_COLUMNS} FROM clip WHERE task_id IN ({placeholders(task_ids)}) ORDER BY task_id, take",
            task_ids,
        )
        with corrupt_row_errors():
            for row in rows:
                clips.setdefault(row[0], []).append(clip_of(row))
        return clips


def _with_known_parts(known: Task | None, task: Task) -> Task:
    """The task, completed by clips and the submission that only the library knows; takes keep their order."""
    if known is None:
        return task
    given = {clip.id: clip for clip in task.clips}
    clips = {clip.id: given.get(clip.id, clip) for clip in known.clips}
    return task._replace(
        clips=tuple({**clips, **given}.values()),
        added_at=known.added_at,
        submission_id=task.submission_id or known.submission_id,
        made_in_s=task.made_in_s if task.made_in_s is not None else known.made_in_s,
    )


def _raw_rows(tasks: Iterable[Task], raws: Mapping[str, str]) -> Iterator[tuple[bytes | str, str]]:
    """The values of SAVE_RAW. The text of a task that has not ended is replaced at each poll, and not compressed."""
    unfinished = {task.id for task in tasks if not task.status.is_final}
    for task_id, raw in raws.items():
        if raw:
            yield storable_text(raw) if task_id in unfinished else packed_text(raw), storable_text(task_id)


def _is_known(known: Task | None, task: Task) -> bool:
    if known is None or known.clips != task.clips:
        return False
    if known.checked_at is not None and task.checked_at is not None:
        step = task.checked_at - known.checked_at
        if 0.0 <= step < CHECKED_STEP_S:
            task = task._replace(checked_at=known.checked_at)
    return known == task
