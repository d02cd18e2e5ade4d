"""Pending rows above the tasks: submissions that are being sent, and those with an unknown outcome, which stay visible
until the user decides (S4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.domain.search.matching import SearchedTask, matches
from sunotui.domain.search.query import Query
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.summary import PENDING_PREFIX, TaskSummary, View

if TYPE_CHECKING:
    from sunotui.domain.tasks.task import Task

PENDING_STATES = frozenset({SubmissionState.READY, SubmissionState.SENDING, SubmissionState.UNKNOWN})
"""The states of submissions that have a row."""


def row_id(submission: Submission) -> str:
    """The row id of a submission; it differs from all task ids."""
    return PENDING_PREFIX + submission.id


def submission_id_of(row: str) -> str | None:
    """The id of a row's submission; None for the row of a task."""
    return row.removeprefix(PENDING_PREFIX) if row.startswith(PENDING_PREFIX) else None


def views_of(submission: Submission) -> frozenset[View]:
    """The built-in views that show a submission. One with an unknown outcome has not failed: the journal counts it."""
    if submission.state is SubmissionState.UNKNOWN:
        return frozenset({View.ALL})
    return frozenset({View.ALL, View.ACTIVE})


def matches_query(submission: Submission, query: Query, now: float) -> bool:
    """Whether a query, run at `now` (Unix seconds), matches the task that the submission may become."""
    if query.is_empty:
        return True
    from sunotui.storage.tasks.row_mapping import indexed_texts

    task = task_of(submission)
    searched = SearchedTask(
        indexed_texts(task, submission.request),
        profile=task.profile,
        kind=task.kind,
        status=task.status,
        added_at=task.added_at,
    )
    return matches(query, searched, now)


def task_of(submission: Submission) -> Task:
    """The task that a submission may have become."""
    from sunotui.domain.tasks.task import Task

    return Task(
        id=row_id(submission),
        profile=submission.profile,
        kind=submission.request.task_kind,
        status=TaskStatus.UNKNOWN if submission.state is SubmissionState.UNKNOWN else TaskStatus.NOT_STARTED,
        added_at=submission.created_at,
        fail_reason=submission.error,
        submission_id=submission.id,
        title_hint=submission.request.title_hint,
    )


def summary_of(submission: Submission) -> TaskSummary:
    """The summary for the row of a submission."""
    task = task_of(submission)
    return TaskSummary(
        id=task.id,
        profile=task.profile,
        kind=task.kind,
        status=task.status,
        title=task.title,
        model="",
        duration_s=None,
        added_at=task.added_at,
        submitted_at=submission.sent_at,
        finished_at=None,
        is_streaming=False,
        fail_reason=task.fail_reason,
        takes=0,
    )
