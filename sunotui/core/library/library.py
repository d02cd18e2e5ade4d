"""Synchronous queries of the library, for commands that need no event loop, and for `Core.read`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from sunotui.domain.search.query import Query
from sunotui.domain.tasks.durations import estimate_duration
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.storage.browse.sort_orders import ORDERS
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.take_titles import with_take_titles
from sunotui.storage.tasks.task_store import TaskStore

if TYPE_CHECKING:
    from sunotui.core.paths import AppPaths
    from sunotui.domain.browse import Sort
    from sunotui.domain.requests.request import Request
    from sunotui.domain.submission import Submission
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.durations import DurationEstimate
    from sunotui.domain.tasks.summary import TaskSummary
    from sunotui.domain.tasks.task import Task
    from sunotui.storage.submissions.reader import SubmissionReader


class Library:
    """Reads one open library. Every method raises LibraryError. Use it on the thread that uses the database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        """For the export and import modules of core."""
        self._tasks = TaskStore(db)

    # --- tasks -------------------------------------------------------------------------------------------------------

    def task(self, task_id: str) -> Task | None:
        """The task with this id."""
        return self._tasks.task(task_id)

    def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        """The known tasks among these ids, by id and in the order of `ids`."""
        return self._tasks.tasks(ids)

    def clip(self, clip_id: str) -> tuple[Task, Clip] | None:
        """The clip with this id, and its task."""
        return self._tasks.clip(clip_id)

    def clip_ids(self) -> list[str]:
        """The ids of all clips, in no order."""
        return self._tasks.clip_ids()

    def task_ids_by_prefix(self, prefix: str) -> list[str]:
        """The ids of tasks whose id, or that of one of their clips, starts with `prefix`."""
        return self._tasks.ids_with_prefix(prefix)

    def task_ids_by_prefix_ignoring_case(self, prefix: str) -> list[str]:
        """The ids of tasks whose id, or that of one of their clips, starts with `prefix`, which is in lower case; the
        case of ids is ignored."""
        return self._tasks.ids_with_prefix_in_any_case(prefix)

    def recent(
        self,
        query: Query,
        limit: int,
        *,
        status: TaskStatus | None = None,
        profile: str | None = None,
        sort: Sort | None = None,
        is_reversed: bool = False,
        now: float,
    ) -> list[Task]:
        """At most `limit` tasks that match the query, run at `now` (Unix seconds), in this sort order; None is newest
        first."""
        order = None
        if sort is not None:
            # Most lists are newest first and do not need the table of sort orders.
            order = ORDERS[sort].reversed if is_reversed else ORDERS[sort]
        return self._tasks.recent(status, query, limit, profile, order, now=now)

    def summaries(self, ids: Sequence[str]) -> list[TaskSummary]:
        """The rows of these tasks for a table, in the order of `ids`, with the titles of takes instead of ids in their
        titles; unknown ids are left out."""
        rows = self._tasks.summaries(ids)
        titles = with_take_titles(self.db, [row.title for row in rows])
        return [row._replace(title=title) for row, title in zip(rows, titles, strict=True)]

    def with_take_titles(self, texts: Sequence[str]) -> list[str]:
        """The texts with the ids of takes replaced by their titles."""
        return with_take_titles(self.db, texts)

    def raw(self, task_id: str) -> str:
        """The gateway's latest JSON of a task; empty if nothing was received yet."""
        return self._tasks.raw(task_id)

    def trashed(self, task_ids: Sequence[str]) -> set[str]:
        """The given tasks that are in the trash."""
        return {row.id for row in self._tasks.summaries(task_ids) if row.is_trashed}

    def duration_estimate(self, profile: str, kind: TaskKind) -> DurationEstimate | None:
        """How long tasks of this kind usually take at a profile's gateway; None with too few measured tasks."""
        return estimate_duration(self._tasks.durations(profile, kind))

    # --- submissions -------------------------------------------------------------------------------------------------

    @cached_property
    def _submissions(self) -> SubmissionReader:
        from sunotui.storage.submissions.reader import SubmissionReader

        return SubmissionReader(self.db)

    def submission(self, submission_id: str) -> Submission | None:
        """The submission with this id."""
        return self._submissions.get(submission_id)

    def submission_ids_by_prefix(self, prefix: str) -> list[str]:
        """The submissions whose id begins with `prefix`, unchanged or in lower case."""
        return self._submissions.ids_with_prefix(prefix)

    def request_of(self, task: Task) -> Request | None:
        """The request of this task, if it was sent by this library."""
        submission = self._submissions.get(task.submission_id) if task.submission_id else None
        return None if submission is None else submission.request


@contextmanager
def open_library(paths: AppPaths) -> Iterator[Library]:
    """Open only the library, without an event loop, in a fraction of the time that Core needs.

    Raises LibraryError.
    """
    db = Database.open(paths.library)
    try:
        yield Library(db)
    finally:
        db.close()
