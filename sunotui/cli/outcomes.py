"""The exit codes of errors, submissions and tasks that were waited for."""

from __future__ import annotations

from collections.abc import Iterable

from sunotui.cli.exit_codes import DONE, FAILED, UNKNOWN, exit_code_by_error_code
from sunotui.domain.errors import Charge, SunotuiError
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskStatus


def error_exit_code(error: SunotuiError) -> int:
    """The exit code of an error; one that may have cost money is an unknown outcome, whatever its cause."""
    if error.charge is Charge.MAYBE:
        return UNKNOWN
    return exit_code_by_error_code(error.code)


def submission_exit_code(submission: Submission) -> int:
    """The exit code for a submission by its state."""
    if submission.state is SubmissionState.ACCEPTED:
        return DONE
    if submission.state is SubmissionState.REJECTED:
        return exit_code_by_error_code(submission.trouble_kind)
    return UNKNOWN


def tasks_exit_code(tasks: Iterable[Task]) -> int:
    """The exit code for tasks that were waited for: failed when one of them failed or was lost."""
    bad = {TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST}
    return FAILED if any(task.status in bad for task in tasks) else DONE
