"""Submissions that are no tasks yet, as rows above the tasks: those that are being sent, and those whose outcome nobody
knows, which stay in sight until a person decides (S4)."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING

from sunotui.domain.search.filters import ChoiceFilter, Filter, Flag, FlagFilter, NamedBy, NameFilter, RangeFilter
from sunotui.domain.search.folding import fold
from sunotui.domain.search.query import Query
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.summary import TaskSummary, View

if TYPE_CHECKING:
    from sunotui.domain.tasks.task import Task

STATES = frozenset({SubmissionState.READY, SubmissionState.SENDING, SubmissionState.UNKNOWN})
"""The submissions that have a row."""

_MARK = " "
"""Before a submission's id it makes the id of a row: no gateway's id has a blank."""


def row_id(submission: Submission) -> str:
    """What the row of a submission is called among the ids of tasks."""
    return _MARK + submission.id


def submission_id_of(row: str) -> str | None:
    """The submission behind a row; None for the row of a task."""
    return row.removeprefix(_MARK) if row.startswith(_MARK) else None


def views_of(submission: Submission) -> frozenset[View]:
    """The views that show it."""
    return frozenset({View.ALL, View.FAILED if submission.state is SubmissionState.UNKNOWN else View.ACTIVE})


def fits(submission: Submission, query: Query) -> bool:
    """Whether a search finds what was sent: its words, and what can be told of a row that is no task yet."""
    if query.is_empty:
        return True
    if query.finds_nothing:
        return False
    typed = (value for value in asdict(submission.request).values() if isinstance(value, str))
    text = fold("\n".join((submission.id, *typed)))
    if any(isinstance(one, RangeFilter) and one.column == "length_key" for one in query.filters):
        # A length that nobody knows is neither above nor below another.
        return False
    words = all((term.text in text) is not term.is_excluded for term in query.terms)
    return words and all(_passes(submission, one) is not one.is_excluded for one in query.filters)


def _passes(submission: Submission, one: Filter) -> bool:
    task = task_of(submission)
    match one:
        case FlagFilter():
            is_song = one.flag is Flag.SONG and task.kind.is_song
            return is_song or one.flag is (Flag.FAILED if task.status.is_final else Flag.ACTIVE)
        case ChoiceFilter():
            return (task.status if one.column == "status" else task.kind).value in one.values
        case RangeFilter(column="added_at"):
            return (one.low or 0.0) <= task.added_at < (one.high or math.inf)
        case RangeFilter(column="rating"):
            return (one.low or 0.0) <= 0.0 < (math.inf if one.high is None else one.high)
        case NameFilter(by=NamedBy.GATEWAY):
            return submission.profile == one.name
        case _:
            return False


def task_of(submission: Submission) -> Task:
    """A submission in the shape of the task that it may have become."""
    from sunotui.domain.tasks.task import Task

    return Task(
        id=row_id(submission),
        profile=submission.profile,
        kind=submission.request.kind,
        status=TaskStatus.UNKNOWN if submission.state is SubmissionState.UNKNOWN else TaskStatus.NOT_STARTED,
        added_at=submission.created_at,
        fail_reason=submission.trouble,
        submission_id=submission.id,
        title_hint=submission.request.title_hint,
    )


def summary_of(submission: Submission) -> TaskSummary:
    """The row."""
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
