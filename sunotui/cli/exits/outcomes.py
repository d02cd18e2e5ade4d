"""The exit codes of submissions and of waits for tasks."""

from __future__ import annotations

from collections.abc import Iterable

from sunotui.cli.exits.exit_codes import DONE, FAILED, UNKNOWN, exit_code_by_error_code
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskStatus


def submission_exit_code(submission: Submission) -> int:
    """The exit code for a submission by its state."""
    if submission.state is SubmissionState.ACCEPTED:
        return DONE
    if submission.state is SubmissionState.REJECTED:
        return exit_code_by_error_code(submission.error_code)
    return UNKNOWN


def tasks_exit_code(tasks: Iterable[Task]) -> int:
    """The exit code of a wait for tasks: failed if one of them failed or was lost."""
    bad = {TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST}
    return FAILED if any(task.status in bad for task in tasks) else DONE
