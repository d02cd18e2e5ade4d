"""Searches for pending submissions, as for the tasks that they may become.

Few starts have one, so it is imported for the first one.
"""

from __future__ import annotations

from sunotui.core.submissions.pending_rows import row_id, status_of
from sunotui.domain.search.matching import SearchedTask, matches
from sunotui.domain.search.query import Query
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.task import Task
from sunotui.storage.tasks.row_mapping import indexed_texts


def matches_query(submission: Submission, query: Query, now: float) -> bool:
    """Whether a query, run at `now` (Unix seconds), matches the task that the submission may become."""
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
    return Task(
        id=row_id(submission),
        profile=submission.profile,
        kind=submission.request.task_kind,
        status=status_of(submission),
        added_at=submission.created_at,
        fail_reason=submission.error,
        submission_id=submission.id,
        title_hint=submission.request.title_hint,
    )
