"""Pending rows above the tasks: submissions that are being sent, and those with an unknown outcome, which stay visible
until the user decides (S4)."""

from __future__ import annotations

from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.summary import PENDING_PREFIX, TaskSummary, View

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


def status_of(submission: Submission) -> TaskStatus:
    """The status of the task that a submission may have become."""
    return TaskStatus.UNKNOWN if submission.state is SubmissionState.UNKNOWN else TaskStatus.NOT_STARTED


def summary_of(submission: Submission) -> TaskSummary:
    """The summary for the row of a submission."""
    return TaskSummary(
        id=row_id(submission),
        profile=submission.profile,
        kind=submission.request.task_kind,
        status=status_of(submission),
        title=submission.request.title_hint,
        model="",
        duration_s=None,
        added_at=submission.created_at,
        submitted_at=submission.sent_at,
        finished_at=None,
        is_streaming=False,
        fail_reason=submission.error,
        takes=0,
    )
